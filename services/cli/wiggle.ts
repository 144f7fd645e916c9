import type { DriveDescription, DriveStateMessage } from '../contracts/index.ts';

/** A small way there and back, so that a person sees which motor a drive is. */
export interface Wiggle {
  readonly home: number;
  readonly away: number;
  /** Axis units per second. */
  readonly velocity: number;
  readonly times: number;
}

export type WigglePlan =
  | { readonly ok: true; readonly wiggle: Wiggle }
  | { readonly ok: false; readonly reason: string; readonly remedy: string };

const SHARE_OF_RANGE = 0.01;
/** Less than this cannot be seen. */
const LEAST_STEPS = 20;
const SHARE_OF_VELOCITY = 0.1;
const TIMES = 3;

/** As small as can be seen, slowly, and towards the middle of the range. Pure. */
export function planWiggle(state: DriveStateMessage, { axis, capabilities, refused }: DriveDescription): WigglePlan {
  const name = state.drive;
  const byHand = `Turn its shaft by hand and see whose position changes: kmotion watch`;
  if (refused !== null) return no(`${name} must not move: ${refused}`, byHand);
  if (!capabilities.includes('move-absolute')) return no(`${name} has no moves to a position`, byHand);
  if (state.position === null || state.stale)
    return no(`${name} gives no fresh position`, 'Check power and line: kmotion doctor');
  if (axis.homingRequired === true && state.homed !== true) {
    return no(
      `${name} does not know where it is, so nobody knows how far it may go`,
      `Home it first (kmotion move ${name} POSITION --home). ${byHand}`,
    );
  }
  const [low, high] = axis.range;
  const distance = Math.max((high - low) * SHARE_OF_RANGE, LEAST_STEPS * axis.resolution);
  const away = state.position + (state.position > (low + high) / 2 ? -distance : distance);
  if (away < low || away > high) {
    return no(
      `${name} stands at ${state.position} ${axis.unit}, outside its range ${low} to ${high}`,
      'Bring it inside the range first.',
    );
  }
  return {
    ok: true,
    wiggle: { home: state.position, away, velocity: axis.maxVelocity * SHARE_OF_VELOCITY, times: TIMES },
  };
}

const no = (reason: string, remedy: string): WigglePlan => ({ ok: false, reason, remedy });

/** What a person agrees to. */
export function wiggleQuestion({ home, away, velocity, times }: Wiggle, { drive, unit }: DriveStateMessage): string {
  const distance = Number(Math.abs(away - home).toPrecision(3));
  const speed = Number(velocity.toPrecision(3));
  return `${drive} will move ${distance} ${unit} ${away > home ? 'up' : 'down'} and back, ${times} times, at ${speed} ${unit}/s. Ctrl-C halts it. Move?`;
}
