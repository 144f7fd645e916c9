import { systemClock } from '../../../drivers/base/index.ts';
import { createDriveClient } from '../drive-client.ts';
import { CommandFailure } from '../failure.ts';
import { createScreen } from '../screen.ts';
import { createSiteClient, type ClientOptions } from '../site-client.ts';
import { taughtRange } from '../taught-range.ts';
import { readTeachKeys } from '../teach-keys.ts';
import { teachEnd, type TeachKey, type TeachParts } from '../teach-session.ts';

export interface TeachOptions extends ClientOptions {
  readonly margin?: number;
}

/** `kmotion teach`: the range of an axis between two ends that a person shows; prints it, changes nothing. */
export async function teach(name: string, options: TeachOptions): Promise<void> {
  const drive = createDriveClient(createSiteClient(options), name);
  const [state, description] = await Promise.all([drive.state(), drive.description()]);
  const screen = createScreen(process.stderr);
  if (state.homed !== true) {
    screen.say(
      `${name} is not homed: its positions count from where it was switched on. Home it first, or the range holds only until then.`,
    );
  }
  const keys = shared(readTeachKeys(process.stdin));
  const parts: TeachParts = { drive, description, keys, clock: systemClock, screen };
  const ends: readonly [number, number] = [await teachEnd('one', parts), await teachEnd('other', parts)];
  screen.clear();
  const { unit, resolution } = description.axis;
  const taught = taughtRange(ends, { margin: options.margin ?? 0, resolution });
  if (!taught.ok) throw new CommandFailure(`${taught.reason}: bring it to two different ends`);
  const [low, high] = taught.range;
  if (options.json === true) process.stdout.write(`${JSON.stringify({ drive: name, unit, range: taught.range })}\n`);
  else
    process.stdout.write(
      `drives:\n  ${name}:\n    axis: { range: [${low}, ${high}] } # ${unit}; put it in the place of the range that is there\n`,
    );
  process.exit(0);
}

/** A loop that ends early must not end the keys for the next one. */
function shared(keys: AsyncGenerator<TeachKey>): AsyncIterable<TeachKey> {
  return { [Symbol.asyncIterator]: () => ({ next: async () => keys.next() }) };
}
