import type { RunStep } from '../../../contracts/index.ts';
import type { Instruction } from './instruction.ts';

/** A step as people are shown it; the action is what is being done, its quantities evaluated. */
export const runStep = ({ where }: Instruction, action: object | null): RunStep => ({
  ...where,
  action: action === null ? null : { ...action },
});
