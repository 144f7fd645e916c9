import type { SignalValues, Step } from './scheme.ts';

/** Parameters, and the proof that they arrived as they were meant. */
export function writeAndVerify(values: SignalValues): readonly Step[] {
  return [
    { do: 'write', values },
    { do: 'verify', values },
  ];
}
