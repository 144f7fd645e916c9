import { killStorm, type Storm, type StormProgress } from '../support/storm/kill-storm.ts';
import type { Finding } from '../support/storm/verdict.ts';
import { buildCommand } from './build-command.ts';
import { untilInterrupted } from './until-interrupted.ts';
import type { Bench, Figure } from './bench.ts';

/** `KILLS=30 SEED=7 npm run bench -- kill-storm`; Ctrl-C ends it early and judges what was. */
const KILLS = Number(process.env['KILLS'] ?? 300);
const SEED = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1_000_000));
const LINES = 6;
const DRIVES_PER_LINE = 2;
const TELL_EVERY = 10;

/** Real processes, real broker: kill -9 and SIGSTOP at random while moves are commanded; the ledger says what moved. */
export const bench: Bench = {
  name: 'kill-storm',
  what: `kill -9 x ${KILLS} of device processes, orchestrator and Mosquitto during moves, and pauses of them; seed ${SEED}`,
  needs: ['mosquitto'],
  async run() {
    buildCommand();
    const began = performance.now();
    const site = { lines: LINES, drivesPerLine: DRIVES_PER_LINE };
    const storm = await killStorm({ kills: KILLS, seed: SEED, told: tell, signal: untilInterrupted(), ...site });
    for (const finding of storm.verdict.findings) tellStory(finding, storm);
    return [{ measure: 'duration', value: (performance.now() - began) / 1000, unit: 's' }, ...figures(storm)];
  },
};

const say = (line: string): void => void process.stderr.write(`  ${line}\n`);

let toldKills = 0;

function tell({ strikes, kills, orders }: StormProgress): void {
  if (kills < toldKills + TELL_EVERY) return;
  toldKills = kills;
  const done = orders.filter(({ outcome }) => outcome === 'done').length;
  say(`${kills} of ${KILLS} kills, ${strikes.length - kills} pauses, ${orders.length} moves commanded, ${done} done`);
}

/** All that is known of one finding, so that it can be understood without another run. */
function tellStory({ breach, drive, atMs, detail, order }: Finding, storm: Storm): void {
  say(`seed ${SEED}: ${breach} (${drive} at ${atMs.toFixed(1)} ms of the ledger): ${detail}`);
  if (order !== null) {
    const deadlineMs = order.deadlineUnixMs - storm.ledgerToUnixMs;
    say(`  ${JSON.stringify(order.body)}, deadline ${deadlineMs.toFixed(1)} ms, ${order.outcome}`);
    say(`  answers: ${JSON.stringify(order.answers)}`);
  }
  const isNear = (instantMs: number): boolean => Math.abs(instantMs - atMs) < 5000;
  for (const strike of storm.strikes.filter(({ atUnixMs }) => isNear(atUnixMs - storm.ledgerToUnixMs)))
    say(`  ${(strike.atUnixMs - storm.ledgerToUnixMs).toFixed(1)} ms ${strike.deed} ${strike.part} ${strike.pausedMs}`);
  for (const motion of storm.motions.filter((one) => one.drive === drive && isNear(one.atMs)))
    say(`  ${motion.atMs.toFixed(1)} ms ${motion.kind} ${JSON.stringify(motion.reason)} at ${motion.positionCounts}`);
}

const isDevice = (part: string): boolean => part.startsWith('line-');

const count = (measure: string, value: number, goal: Partial<Figure> = {}): Figure => ({
  measure,
  value,
  unit: '',
  ...goal,
});

function figures({ verdict, orders, strikes, ...storm }: Storm): readonly Figure[] {
  const struck = (deed: string, isIt: (part: string) => boolean): number =>
    strikes.filter((strike) => strike.deed === deed && isIt(strike.part)).length;
  const ended = (outcome: string): number => orders.filter((order) => order.outcome === outcome).length;
  const breaches = (breach: string): number => verdict.findings.filter((finding) => finding.breach === breach).length;
  return [
    ...(['kill', 'pause'] as const).flatMap((deed) => [
      count(`${deed}: device processes`, struck(deed, isDevice)),
      ...['orchestrator', 'broker'].map((name) =>
        count(
          `${deed}: ${name}`,
          struck(deed, (part) => part === name),
        ),
      ),
    ]),
    count('kills between trigger and acknowledge', storm.killedBetweenTriggerAndAcknowledge, { atLeast: KILLS / 30 }),
    count('kills of a device process whose shaft turned', storm.killedInMotion, { atLeast: KILLS / 10 }),
    count('moves commanded', orders.length),
    ...['done', 'aborted', 'failed', 'refused', 'unknown'].map((outcome) => count(`moves ${outcome}`, ended(outcome))),
    count('sent again after doubt or twice', storm.commanders.resent),
    count('sent after the deadline', storm.commanders.sentAfterDeadline),
    count('sent again after the outcome was lost with its process', storm.commanders.sentAgainAfterRestart),
    count('moves that took the place of another', storm.commanders.superseding),
    count('motion starts in the ledger', verdict.starts),
    count('set-points that moved a shaft', verdict.setPoints),
    count('motions without a command', breaches('motion without a command'), { atMost: 0 }),
    count('second motions of one command', breaches('second motion of one command'), { atMost: 0 }),
    count('motions after the deadline', breaches('motion after the deadline'), { atMost: 0 }),
    count('motions on the wrong drive', breaches('motion on the wrong drive'), { atMost: 0 }),
    count('motions of a refused command', breaches('motion of a refused command'), { atMost: 0 }),
    count(
      'moves done without their motion, or elsewhere',
      breaches('done without its motion') + breaches('done elsewhere'),
      { atMost: 0 },
    ),
    { measure: 'latest motion, after its deadline', value: verdict.latestMs, unit: 'ms' },
    { measure: 'clocks of ledger and clients known to', value: storm.clockUncertainMs, unit: 'ms' },
  ];
}
