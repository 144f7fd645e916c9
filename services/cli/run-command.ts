import type { CommandResource } from '../contracts/index.ts';
import type { DriveClient } from './drive-client.ts';
import { CommandFailure } from './failure.ts';

/** The command's end, if it was a good one. @throws CommandFailure with the reason of any other */
export async function expectDone(running: Promise<CommandResource>): Promise<CommandResource> {
  const ended = await running;
  if (ended.status === 'done') return ended;
  const why = ended.error === null ? '' : `: ${ended.error.detail} (${ended.error.code})`;
  throw new CommandFailure(`${ended.drive}: ${ended.command} ${ended.status}${why}`);
}

/** Who presses Ctrl-C while something moves wants it to end. */
export function haltOnInterrupt(drive: DriveClient): void {
  process.once('SIGINT', () => {
    process.once('SIGINT', () => process.exit(130));
    void drive.run('halt', {}).then(
      () => leave('halted'),
      (error: unknown) => leave(`halt failed: ${error instanceof Error ? error.message : String(error)}`),
    );
  });
}

function leave(word: string): void {
  process.stderr.write(`\n${word}\n`);
  process.exit(130);
}
