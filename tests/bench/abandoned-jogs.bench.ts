import { abandonJogs, type AbandonedJog } from '../support/jogs/abandoned-jogs.ts';
import { isAbove } from '../support/jogs/travel.ts';
import { buildCommand } from './build-command.ts';
import { untilInterrupted } from './until-interrupted.ts';
import { quantile, type Bench, type Figure } from './bench.ts';

/** `JOGS=40 SEED=7 npm run bench -- abandoned-jogs`; Ctrl-C ends it early and gives the figures of what was. */
const JOGS = Number(process.env['JOGS'] ?? 1000);
const SEED = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1_000_000));
const KINDS = ['client killed', 'network cut', 'broker dead', 'device process killed'];

/** Real processes: whoever holds a jog is taken away; the ledger says how far the shaft went after the last renewal. */
export const bench: Bench = {
  name: 'abandoned-jogs',
  what: `${JOGS} abandoned jogs (${KINDS.join(', ')}): travel after the last accepted renewal against the promise; seed ${SEED}`,
  needs: ['mosquitto'],
  async run() {
    buildCommand();
    const began = performance.now();
    const jogs = await abandonJogs({
      jogsOfEachKind: Math.ceil(JOGS / KINDS.length),
      lines: 3,
      drivesPerLine: 6,
      seed: SEED,
      signal: untilInterrupted(),
      told: tell,
    });
    for (const jog of jogs.filter((one) => isAbove(one) || one.movedAgain)) tellStory(jog);
    const durationS = (performance.now() - began) / 1000;
    return [{ measure: 'duration', value: durationS, unit: 's' }, ...KINDS.flatMap((kind) => figures(kind, jogs))];
  },
};

const say = (line: string): void => void process.stderr.write(`  ${line}\n`);

function tell(jogs: readonly AbandonedJog[]): void {
  say(KINDS.map((kind) => `${jogs.filter((jog) => jog.kind === kind).length} ${kind}`).join(', '));
}

const tellStory = (jog: AbandonedJog): void => say(`seed ${SEED}: ${JSON.stringify(jog)}`);

function figures(kind: string, jogs: readonly AbandonedJog[]): readonly Figure[] {
  const own = jogs.filter((jog) => jog.kind === kind);
  const shares = own.map(({ travelMm, promisedMm }) => travelMm / promisedMm);
  const worst = own.toSorted((a, b) => b.travelMm / b.promisedMm - a.travelMm / a.promisedMm).at(0);
  const note =
    worst === undefined
      ? ''
      : `${worst.travelMm.toFixed(2)} of ${worst.promisedMm.toFixed(2)} mm at ${worst.plan.velocity} mm/s, ttl ${worst.plan.ttlMs} ms`;
  return [
    { measure: `${kind}: jogs`, value: own.length, unit: '' },
    { measure: `${kind}: travel / promise, p50`, value: quantile(shares, 0.5), unit: 'ratio' },
    { measure: `${kind}: travel / promise, worst`, value: Math.max(...shares), unit: 'ratio', note },
    { measure: `${kind}: uncertain by, worst`, value: Math.max(...own.map((jog) => jog.uncertainMm)), unit: 'mm' },
    {
      measure: `${kind}: accepted to set-point, worst`,
      value: Math.max(...own.map((jog) => jog.obeyedAfterMs)),
      unit: 'ms',
    },
    { measure: `${kind}: above the promise`, value: own.filter(isAbove).length, unit: '', atMost: 0 },
    {
      measure: `${kind}: moved again by itself`,
      value: own.filter((jog) => jog.movedAgain).length,
      unit: '',
      atMost: 0,
    },
  ];
}
