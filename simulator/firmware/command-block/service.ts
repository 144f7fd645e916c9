import type { Machine } from '../behaviour.ts';
import type { Moment } from '../firmware.ts';
import { CALIBRATE, FACTORY, RUN_AT_POWER_UP, type RunCommand, type Service } from './blocks.ts';
import { cellsOf, resetCells } from './cells.ts';

const SAVE = 0xc8;
const CLEAR = 0xca;
const CR_VFOC = 2;

interface Served extends Service {
  /** The run that is under way. */
  readonly running: RunCommand | null;
}

/** What a master should not ask for, and what the drive does then. */
export function serve(machine: Machine, { address, value, running }: Served, { atMs }: Moment): void {
  if (address === RUN_AT_POWER_UP && value === SAVE) cellsOf(machine).runAtPowerUp = running;
  if (address === RUN_AT_POWER_UP && value === CLEAR) cellsOf(machine).runAtPowerUp = null;
  if (address === FACTORY) {
    resetCells(machine);
    machine.set('modbusEnabled', 0);
    machine.set('workMode', CR_VFOC);
    machine.set('unitAddress', machine.profile.units.factory);
    machine.save(['modbusEnabled', 'workMode', 'unitAddress']);
  }
  if (address === FACTORY || address === CALIBRATE) machine.reboot(atMs);
}
