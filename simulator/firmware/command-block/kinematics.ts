import type { Shaft } from '../shaft.ts';

/** counts/s of one rpm. */
export const RPM = 16_384 / 60;

/** The speed changes by 1 rpm every (256 - code) x 50 us; code 0 steps. */
export function rampOf(code: number): { readonly acceleration: number; readonly deceleration: number } {
  const ramp = code === 0 ? Infinity : (20_000 * RPM) / (256 - code);
  return { acceleration: ramp, deceleration: ramp };
}

/** What the work modes SR_OPEN, SR_CLOSE and SR_vFOC can do, rpm; the others do not listen to the bus. */
const fastest: Readonly<Record<number, number>> = { 3: 400, 4: 1500, 5: 3000 };

/** Null in a mode that moves by pulses only. */
export const fastestRpm = (workMode: number): number | null => fastest[workMode] ?? null;

export const RunState = { stopped: 1, accelerating: 2, decelerating: 3, fullSpeed: 4, homing: 5 } as const;

/** Of the course and not of the shaft: "stopped" also where something keeps the shaft from its target. */
export function runStateOf(shaft: Shaft, atMs: number): number {
  if (!shaft.isPowered() || shaft.isCourseDone(atMs)) return RunState.stopped;
  const now = Math.abs(shaft.demand(atMs).velocity);
  const soon = Math.abs(shaft.demand(atMs + 1).velocity);
  if (soon > now) return RunState.accelerating;
  return soon < now ? RunState.decelerating : RunState.fullSpeed;
}
