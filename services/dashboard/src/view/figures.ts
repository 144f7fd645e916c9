import type { DriveDescription, DriveStateMessage } from '../../../contracts/index.ts';
import { decimalsFor, numberText, quantityText } from './quantity.ts';

/** An axis's numbers as they are shown. */
export interface Figures {
  readonly unit: string;
  /** Without its unit. */
  readonly position: string;
  readonly target: string;
  readonly velocity: string;
}

export function figuresOf(message: DriveStateMessage | null, axis: DriveDescription['axis'] | null): Figures {
  if (message === null) return { unit: axis?.unit ?? '', position: '–', target: '–', velocity: '–' };
  const { unit, position, target, velocity } = message;
  const decimals = decimalsFor(unit, axis?.resolution ?? 0);
  return {
    unit,
    position: numberText(position, decimals),
    target: quantityText(target, unit, decimals),
    velocity: quantityText(velocity, `${unit}/s`, 1),
  };
}
