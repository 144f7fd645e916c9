import {
  channelNames,
  channelProfile,
  pollCost,
  polledSignals,
  readMs,
  shippedProfile,
  shippedProfileIds,
  wireCostOf,
  wordsOf,
  type Profile,
  type Register,
} from '../../drivers/profile/index.ts';
import type { Bench, Figure } from './bench.ts';

/** The registers that a fast poll must bring, each once; of a unit with two axes, those of both: one poll serves them. */
function wantedRegisters(whole: Profile): readonly Register[] {
  const channels = channelNames(whole);
  const axes = channels.length === 0 ? [whole] : channels.map((channel) => channelProfile(whole, channel));
  const wanted = axes.flatMap((axis) => polledSignals(axis, 'fast').map((signal) => axis.registers[signal]));
  return wanted.filter((register, index) => register !== undefined && wanted.indexOf(register) === index) as Register[];
}

/** Every wanted register in a transaction of its own: what a driver without a planner does. */
function oneByOneMs(profile: Profile): number {
  const wire = wireCostOf(profile);
  return wantedRegisters(profile).reduce(
    (sum, { block, type }) => sum + readMs(block?.words ?? wordsOf(type), wire),
    0,
  );
}

/** No plan can be cheaper than one transaction that carries the wanted words and nothing else, wherever they stand. */
function leastMs(profile: Profile): number {
  const words = wantedRegisters(profile).reduce((sum, { type }) => sum + wordsOf(type), 0);
  return readMs(words, wireCostOf(profile));
}

function figuresOf(id: string): readonly Figure[] {
  const profile = shippedProfile(id);
  const planned = pollCost(profile, 'fast');
  const oneByOne = oneByOneMs(profile);
  const least = leastMs(profile);
  const reads = `${planned.reads.length} reads at ${profile.serial.baudRate} baud`;
  return [
    {
      measure: `${id}: fast poll as planned`,
      value: planned.ms,
      unit: 'ms',
      note: `${reads}; one by one ${oneByOne.toFixed(1)} ms, least ${least.toFixed(1)} ms`,
    },
    { measure: `${id}: planned / one by one`, value: planned.ms / oneByOne, unit: 'ratio', atMost: 1 },
    { measure: `${id}: planned / theoretical minimum`, value: planned.ms / least, unit: 'ratio' },
  ];
}

export const bench: Bench = {
  name: 'read-plan',
  what: 'wire time of the fast poll of every profile, at the settings and the worst turnaround that it names; the minimum is one transaction with the wanted words and nothing else, whatever the map allows (that no plan of the map itself is cheaper, tests prove)',
  run: () => Promise.resolve(shippedProfileIds().flatMap(figuresOf)),
};
