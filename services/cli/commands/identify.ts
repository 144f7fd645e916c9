import { createDriveClient } from '../drive-client.ts';
import { askYes } from '../ask.ts';
import { CommandFailure } from '../failure.ts';
import { expectDone, haltOnInterrupt } from '../run-command.ts';
import { createSiteClient, type ClientOptions } from '../site-client.ts';
import { planWiggle, wiggleQuestion } from '../wiggle.ts';

export interface IdentifyOptions extends ClientOptions {
  readonly yes?: true;
}

/** `kmotion identify`: a small move there and back, after a yes; exit code 0 when it was made. */
export async function identify(name: string, options: IdentifyOptions): Promise<void> {
  const drive = createDriveClient(createSiteClient(options), name);
  const [before, description] = await Promise.all([drive.state(), drive.description()]);
  const plan = planWiggle(before, description);
  if (!plan.ok) throw new CommandFailure(`${plan.reason}. ${plan.remedy}`);
  const question = wiggleQuestion(plan.wiggle, before);
  if (options.yes !== true && !(await agreed(question))) throw new CommandFailure(`${name} was not moved`);
  haltOnInterrupt(drive);
  if (before.enabled !== true) await expectDone(drive.run('enable', {}));
  const { home, away, velocity, times } = plan.wiggle;
  for (let time = 0; time < times; time++) {
    for (const position of [away, home]) await expectDone(drive.run('move-absolute', { position, velocity }));
  }
  // as it was found: who comes near it shall find it without power if it was so
  if (before.enabled === false) await expectDone(drive.run('disable', {}));
  const { line, unit, profile } = description;
  if (options.json === true)
    process.stdout.write(`${JSON.stringify({ drive: name, line, unit, profile: profile.id })}\n`);
  else process.stdout.write(`That was ${name}: unit ${unit} on line ${line}, ${profile.title}.\n`);
  process.exit(0);
}

async function agreed(question: string): Promise<boolean> {
  if (process.stdin.isTTY) return askYes(question);
  throw new CommandFailure(`${question} Nobody can be asked here: say --yes to do it`);
}
