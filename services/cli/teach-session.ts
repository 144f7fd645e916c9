import type { Clock } from '../../drivers/base/index.ts';
import type { DriveDescription, DriveStateMessage } from '../contracts/index.ts';
import type { DriveClient } from './drive-client.ts';
import { CommandFailure } from './failure.ts';
import type { Screen } from './screen.ts';

/** What a person does while he brings an axis to its ends. */
export type TeachKey = 'up' | 'down' | 'halt' | 'take' | 'leave';

export interface TeachParts {
  readonly drive: DriveClient;
  readonly description: DriveDescription;
  readonly keys: AsyncIterable<TeachKey>;
  readonly clock: Clock;
  readonly screen: Pick<Screen, 'say' | 'status'>;
}

/** Long enough for a keyboard to begin to repeat, short enough to end soon after the key is let go. */
const JOG_TTL_MS = 700;
const SHARE_OF_VELOCITY = 0.1;
const LOOK_MS = 200;

/** Shows the position until a person takes it as one end. @throws CommandFailure when he leaves or the keys end */
export async function teachEnd(what: string, parts: TeachParts): Promise<number> {
  const { screen, keys } = parts;
  screen.say(`Bring ${parts.description.drive} to its ${what} end: ${ways(parts)}. Enter takes it.`);
  const stopShowing = showPosition(what, parts);
  try {
    for await (const key of keys) {
      if (key === 'leave') break;
      const position = await follow(key, parts);
      if (position !== null) return position;
    }
  } finally {
    stopShowing();
  }
  throw new CommandFailure('left before both ends were taken; nothing was changed');
}

/** The position, once it is taken. */
async function follow(key: Exclude<TeachKey, 'leave'>, parts: TeachParts): Promise<number | null> {
  if (key === 'take') return takenPosition(parts);
  await steer(key, parts);
  return null;
}

function ways({ description: { drive, capabilities } }: TeachParts): string {
  const byHand = 'by hand while it has no power';
  const byMove = `with kmotion move ${drive} POSITION in another terminal`;
  return capabilities.includes('jog') ? `with the arrow keys, ${byHand}, or ${byMove}` : `${byHand}, or ${byMove}`;
}

/** Null when it cannot be taken yet; why is said. */
async function takenPosition({ drive, screen }: TeachParts): Promise<number | null> {
  const state = await drive.state();
  const problem = notTakeable(state);
  if (problem === null) return state.position;
  screen.say(`Not taken: ${problem}.`);
  return null;
}

function notTakeable({ position, stale, moving }: DriveStateMessage): string | null {
  if (position === null || stale) return 'there is no fresh reading';
  return moving === true ? 'it still moves' : null;
}

async function steer(key: 'up' | 'down' | 'halt', { drive: client, description, screen }: TeachParts): Promise<void> {
  const velocity = description.axis.maxVelocity * SHARE_OF_VELOCITY * (key === 'up' ? 1 : -1);
  try {
    if (key === 'halt') await client.send('halt', {});
    else await client.send('jog', { velocity, ttlMs: JOG_TTL_MS });
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    screen.say(error.message);
  }
}

function showPosition(what: string, { drive: client, clock, screen }: TeachParts): () => void {
  const over = new AbortController();
  const look = async (): Promise<void> => {
    while (!over.signal.aborted) {
      const state = await client.state().catch(() => null);
      if (!over.signal.aborted) screen.status(`${what} end: ${positionText(state)}`);
      await clock.sleep(LOOK_MS, over.signal).catch(() => undefined);
    }
  };
  void look();
  return () => over.abort();
}

function positionText(state: DriveStateMessage | null): string {
  if (state === null || state.position === null || state.stale) return 'no fresh reading';
  const power = state.enabled === true ? 'has power' : 'no power: it can be moved by hand';
  return `${state.position.toFixed(3)} ${state.unit}  (${power})`;
}
