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
} from '../../drivers/profile/index.ts';
import type { Bench, Figure } from './bench.ts';

/** Of a unit with two axes, both together: one poll serves them. */
function axesOf(id: string): readonly Profile[] {
  const profile = shippedProfile(id);
  const channels = channelNames(profile);
  return channels.length === 0 ? [profile] : channels.map((channel) => channelProfile(profile, channel));
}

/** Every wanted register in a transaction of its own: what a driver without a planner does. */
function oneByOneMs(profile: Profile): number {
  const wire = wireCostOf(profile);
  return polledSignals(profile, 'fast').reduce((sum, signal) => {
    const register = profile.registers[signal];
    return register === undefined ? sum : sum + readMs(register.block?.words ?? wordsOf(register.type), wire);
  }, 0);
}

/** No plan can be cheaper than one transaction that carries the wanted words and nothing else, wherever they stand. */
function leastMs(profile: Profile): number {
  const words = polledSignals(profile, 'fast').reduce((sum, signal) => {
    const register = profile.registers[signal];
    return register === undefined ? sum : sum + wordsOf(register.type);
  }, 0);
  return readMs(words, wireCostOf(profile));
}

function figuresOf(id: string): readonly Figure[] {
  const [profile] = axesOf(id);
  if (profile === undefined) return [];
  const planned = pollCost(profile, 'fast');
  const { baudRate } = profile.serial;
  const least = leastMs(profile);
  return [
    {
      measure: `${id}: fast poll as planned`,
      value: planned.ms,
      unit: 'ms',
      note: `${planned.reads.length} reads at ${baudRate} baud; one by one ${oneByOneMs(profile).toFixed(1)} ms, least ${least.toFixed(1)} ms`,
    },
    { measure: `${id}: planned / one by one`, value: planned.ms / oneByOneMs(profile), unit: 'ratio', atMost: 1 },
    { measure: `${id}: planned / theoretical minimum`, value: planned.ms / least, unit: 'ratio' },
  ];
}

export const bench: Bench = {
  name: 'read-plan',
  what: 'wire time of the fast poll of every profile, at the settings and the worst turnaround that it names',
  run: () => Promise.resolve(shippedProfileIds().flatMap(figuresOf)),
};
