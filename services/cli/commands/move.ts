import type { CommandResource, DriveStateMessage } from '../../contracts/index.ts';
import { createDriveClient } from '../drive-client.ts';
import { expectDone, haltOnInterrupt } from '../run-command.ts';
import { createSiteClient, type ClientOptions } from '../site-client.ts';

export interface MoveOptions extends ClientOptions {
  readonly velocity?: number;
  readonly home?: true;
}

/** `kmotion move`: exit code 0 only when the drive has arrived. */
export async function move(name: string, position: number, options: MoveOptions): Promise<void> {
  const drive = createDriveClient(createSiteClient(options), name);
  const before = await drive.state();
  haltOnInterrupt(drive);
  if (before.enabled !== true) await expectDone(drive.run('enable', {}));
  if (options.home === true && before.homed !== true) await expectDone(drive.run('home', {}));
  const velocity = options.velocity === undefined ? {} : { velocity: options.velocity };
  const ended = await expectDone(drive.run('move-absolute', { position, ...velocity }));
  process.stdout.write(options.json === true ? `${JSON.stringify(ended)}\n` : `${toSentence(ended, before)}\n`);
  process.exit(0);
}

function toSentence({ drive, result }: CommandResource, { unit }: DriveStateMessage): string {
  const at = result?.finalPosition ?? null;
  const took = result?.durationMs ?? null;
  const where = at === null ? 'arrived' : `at ${at} ${unit}`;
  return `${drive}: ${where}${took === null ? '' : ` after ${(took / 1000).toFixed(2)} s`}`;
}
