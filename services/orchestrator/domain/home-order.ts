import { problem, type GroupHome, type Problem } from '../../contracts/index.ts';

export type HomeSteps =
  | { readonly ok: true; readonly steps: readonly (readonly string[])[] }
  | { readonly ok: false; readonly problem: Problem };

/** Which members home together, step by step. An order that forgets a member or names one twice is a mistake, not a wish. */
export function homeSteps({ order }: GroupHome, drives: readonly string[]): HomeSteps {
  if (order === undefined) return { ok: true, steps: [drives] };
  const named = order.flat();
  const twice = named.filter((drive, index) => named.indexOf(drive) !== index);
  const missing = drives.filter((drive) => !named.includes(drive));
  const strangers = named.filter((drive) => !drives.includes(drive));
  const wrong = [
    ...missing.map((drive) => `${drive} is missing`),
    ...twice.map((drive) => `${drive} comes twice`),
    ...strangers.map((drive) => `${drive} is no member`),
  ];
  if (wrong.length === 0) return { ok: true, steps: order };
  const detail = `The order must name every member once: ${wrong.join(', ')}.`;
  return { ok: false, problem: problem('invalidValue', detail, { errors: [{ path: 'order', detail }] }) };
}
