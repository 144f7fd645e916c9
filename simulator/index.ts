// Virtual drives that behave like real ones, down to the byte: plant (motor, load, switches), firmware (a CiA 402 machine
// or a family's personality behind the registers of a profile; firmware/behaviour.ts says how one is written), line
// (half-duplex, framing, wire time, mishaps) and the ledger, the oracle of tests. Time, chance and doors come from
// outside, so that a whole site runs on virtual time; `startSimulator` puts it behind pseudo-terminals and TCP. It refuses
// to know how drives are commanded: nothing of drivers/schemes or drivers/drive is used here.
export { createVirtualSite, type VirtualLineOptions, type VirtualSite } from './virtual-site.ts';
export { openMemoryDoor } from './line/memory-door.ts';
export { createSharedWire, openMemoryWire, type SharedWire } from './line/shared-wire.ts';
export { placeMechanics, type Mechanics } from './plant/mechanics.ts';
export type { DriveOptions, VirtualDrive } from './drive/virtual-drive.ts';
export type { Mishap } from './line/mishap.ts';
export type { VirtualLine } from './line/virtual-line.ts';
export type { FrameEntry, LedgerEntry, MotionEntry } from './ledger.ts';
export { startSimulator, type Simulator, type SimulatorLine } from './process.ts';
