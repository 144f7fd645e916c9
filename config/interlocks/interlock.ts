import type { Expression } from '../expressions/index.ts';

/** From, to; axis units, both ends belong to it. */
export type Zone = readonly [low: number, high: number];

/** A rule between axes, whichever way it was written: one condition that must certainly be true before anything moves and while it does. */
export interface Interlock {
  /** `interlocks.0`, its place in the site file. */
  readonly id: string;
  /** As a refusal says it: "arm may move only while lift-left.position > 50". */
  readonly words: string;
  /** Every drive of which the condition says something. */
  readonly drives: readonly string[];
  readonly must: Expression;
  /** By drive, of a rule that was written as zones: out of a zone there is a way, out of a condition there is none. */
  readonly zones: ReadonlyMap<string, Zone>;
}

/** As it is written in the site file: exactly one of `only`, `never` and `oneAtATime`. */
export interface InterlockFile {
  readonly drive?: string | undefined;
  readonly may?: 'move' | undefined;
  readonly only?: string | undefined;
  readonly never?: Readonly<Record<string, readonly [number, number]>> | undefined;
  readonly oneAtATime?: readonly string[] | undefined;
  readonly because?: string | undefined;
}

/** The rule as a sentence and as the text of the condition that must hold; null where it is not written completely. */
export function ruleOf(file: InterlockFile): { readonly words: string; readonly must: string } | null {
  const { drive, only, never, oneAtATime } = file;
  if (drive !== undefined && only !== undefined) {
    return { words: `${drive} may move only while ${only}`, must: `not ${drive}.moving or (${only})` };
  }
  if (never !== undefined) return exclusionOfZones(never);
  return oneAtATime === undefined ? null : exclusionInTime(oneAtATime);
}

function exclusionOfZones(never: NonNullable<InterlockFile['never']>): { words: string; must: string } {
  const zones = Object.entries(never).map(([id, [low, high]]) => ({
    words: `${id} in ${low} to ${high}`,
    inside: `${id}.position >= ${low} and ${id}.position <= ${high}`,
  }));
  return {
    words: `never ${zones.map(({ words }) => words).join(' and ')}${zones.length > 1 ? ' at once' : ''}`,
    must: `not (${zones.map(({ inside }) => inside).join(' and ')})`,
  };
}

function exclusionInTime(drives: readonly string[]): { words: string; must: string } {
  const pairs = drives.flatMap((one, index) => drives.slice(index + 1).map((other) => [one, other] as const));
  return {
    words: `only one of ${drives.join(', ')} moves at a time`,
    must: pairs.map(([one, other]) => `not (${one}.moving and ${other}.moving)`).join(' and '),
  };
}
