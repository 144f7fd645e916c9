import type { ProgramDocument, ProgramParameter } from '../../../contracts/index.ts';

type Values = Readonly<Record<string, number | boolean>>;

export type Arguments =
  | { readonly ok: true; readonly parameters: Values; readonly variables: Values }
  | { readonly ok: false; readonly errors: readonly { readonly path: string; readonly detail: string }[] };

/** What a run of the program begins with; every wrong or missing parameter at once. */
export function argumentsOf({ parameters = {}, variables = {} }: ProgramDocument, given: Values): Arguments {
  const known = Object.keys(parameters).join(', ') || '(it has none)';
  const strange = Object.keys(given)
    .filter((name) => parameters[name] === undefined)
    .map((name) => ({ path: `parameters.${name}`, detail: `unknown parameter; expected one of ${known}` }));
  const wrong = Object.entries(parameters).flatMap(([name, parameter]) => {
    const detail = mistake(given[name] ?? parameter.default, parameter);
    return detail === null ? [] : [{ path: `parameters.${name}`, detail }];
  });
  if (strange.length + wrong.length > 0) return { ok: false, errors: [...strange, ...wrong] };
  const chosen = Object.entries(parameters).flatMap(([name, { default: preset }]) => {
    const value = given[name] ?? preset;
    return value === undefined ? [] : [[name, value] as const];
  });
  const begun = Object.entries(variables).map(([name, { value }]) => [name, value] as const);
  return { ok: true, parameters: Object.fromEntries(chosen), variables: Object.fromEntries(begun) };
}

function mistake(value: number | boolean | undefined, parameter: ProgramParameter): string | null {
  const expected = expectedOf(parameter);
  if (value === undefined) return `is missing; expected ${expected}`;
  const isFlag = isBoolean(parameter);
  if (typeof value !== (isFlag ? 'boolean' : 'number')) return `found ${String(value)}, expected ${expected}`;
  return isFlag || isWithin(Number(value), parameter) ? null : `found ${String(value)}, expected ${expected}`;
}

const isBoolean = ({ kind, default: preset }: ProgramParameter): boolean =>
  kind === 'boolean' || typeof preset === 'boolean';

const isWithin = (value: number, { min = -Infinity, max = Infinity }: ProgramParameter): boolean =>
  value >= min && value <= max;

function expectedOf(parameter: ProgramParameter): string {
  if (isBoolean(parameter)) return 'true or false';
  const { unit, min, max } = parameter;
  const limits = [min === undefined ? '' : `, at least ${min}`, max === undefined ? '' : `, at most ${max}`];
  return `a number${unit === undefined ? '' : ` in ${unit}`}${limits.join('')}`;
}
