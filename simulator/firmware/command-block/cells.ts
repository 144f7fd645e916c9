import type { Machine } from '../behaviour.ts';
import type { RunCommand } from './blocks.ts';

/** What the drive keeps without power and no register of the profile shows. */
export interface Cells {
  homing: { readonly way: 1 | -1; readonly rpm: number };
  hasLimits: boolean;
  /** Turns so as soon as it has power. */
  runAtPowerUp: RunCommand | null;
}

/** A personality lives from one power-up to the next, its cells as long as the drive. */
const cells = new WeakMap<Machine, Cells>();

export function cellsOf(machine: Machine): Cells {
  const own = cells.get(machine) ?? factory();
  cells.set(machine, own);
  return own;
}

export function resetCells(machine: Machine): void {
  cells.set(machine, factory());
}

const factory = (): Cells => ({ homing: { way: 1, rpm: 60 }, hasLimits: false, runAtPowerUp: null });
