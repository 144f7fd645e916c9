import { decodeValue, wordsOf, type Profile, type Register } from '../../profile/index.ts';
import { failed, notPossible, passed, type RegisterReading } from '../report.ts';
import { toleranceOf } from '../small-motion.ts';
import type { Step } from './step.ts';

type Evidence = 'for' | 'against';

/** Proved by a distance that only one order makes of the readings, or by values that only one order brings into their range. */
export const wordOrder: Step = {
  id: 'word-order',
  title: 'Order of the registers of 32 and 48 bits',
  run({ findings, options: { profile } }) {
    const { wordOrder: order, registers } = profile;
    const evidence = findings.registers.flatMap((reading) => {
      const register = Object.entries(registers).find(([signal]) => signal === reading.signal)?.[1];
      const says = register === undefined ? null : evidenceOf(reading, register, order);
      return says === null ? [] : [{ signal: reading.signal, says }];
    });
    const against = evidence.filter(({ says }) => says === 'against').map(({ signal }) => signal);
    if (against.length > 0) return failed(`${against.join(', ')}: only the other order brings them into their range`);
    const bySignals = evidence.map(({ signal }) => signal);
    const proof = [...(isProvedByMove(findings.move, profile) ? ['the small move'] : []), ...bySignals];
    if (proof.length === 0) return notPossible('not provable: no value of two or three registers tells the order');
    return passed(`${order}, proved by ${proof.join(', ')}`, { wordOrder: order });
  },
};

/** In the other order the same distance would be thousands of turns. */
function isProvedByMove(
  move: { readonly commanded: number; readonly shown: number } | null,
  profile: Profile,
): boolean {
  const { actualPosition } = profile.registers;
  if (move === null || actualPosition === undefined || wordsOf(actualPosition.type) < 2) return false;
  return Math.abs(move.shown - move.commanded) <= toleranceOf(profile);
}

function evidenceOf(reading: RegisterReading, register: Register, order: Profile['wordOrder']): Evidence | null {
  const { range, type } = register;
  if (range === undefined || reading.words === null || wordsOf(type) < 2) return null;
  const [least, greatest] = range;
  const fits = (one: Profile['wordOrder']): boolean => {
    const value = decodeValue(reading.words ?? [], register, one);
    return value >= least && value <= greatest;
  };
  const here = fits(order);
  if (here === fits(order === 'high-first' ? 'low-first' : 'high-first')) return null;
  return here ? 'for' : 'against';
}
