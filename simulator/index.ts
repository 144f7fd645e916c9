// Virtual drives that behave like real ones, down to the byte: plant (motor, load, switches), firmware (CiA 402 behind
// a profile's registers), line (half-duplex, wire time, mishaps) and the ledger, the oracle of tests. Time, chance and
// doors come from outside, so that a whole site runs on virtual time; `startSimulator` puts it behind pseudo-terminals
// and TCP. It refuses to know how drives are commanded: nothing of drivers/schemes or drivers/drive is used here.
export {
  createVirtualSite,
  type VirtualLineOptions,
  type VirtualSite,
  type VirtualSiteOptions,
} from './virtual-site.ts';
export { openMemoryDoor, type OpenMemoryPort } from './line/memory-door.ts';
export { placeMechanics, type Mechanics, type Placement } from './plant/mechanics.ts';
export type { DriveOptions, LoadChange, VirtualDrive } from './drive/virtual-drive.ts';
export type { DriveFaultKind } from './drive/drive-fault.ts';
export type { Mishap, MishapKind } from './line/mishap.ts';
export type { VirtualLine } from './line/virtual-line.ts';
export type { Cause, FrameEntry, Ledger, LedgerEntry, MotionEntry } from './ledger.ts';
export { startSimulator, type Simulator, type SimulatorLine, type SimulatorOptions } from './process.ts';
