import type { ProgramSummary } from '../../../contracts/index.ts';
import { plainNumber } from './quantity.ts';
import { readTarget } from './target-text.ts';

type Parameter = ProgramSummary['parameters'][string];
type Values = Readonly<Record<string, number | boolean>>;

type Given = { readonly ok: true; readonly value: Values } | { readonly ok: false; readonly because: string };

/** What is left empty is the program's own default; without one it must be filled in. */
export function readParameters(parameters: ProgramSummary['parameters'], drafts: ReadonlyMap<string, string>): Given {
  const value: Record<string, number | boolean> = {};
  for (const [name, parameter] of Object.entries(parameters)) {
    const read = readOne(parameter, drafts.get(name) ?? '');
    if (!read.ok) return { ok: false, because: `${name}: ${read.because}` };
    if (read.value !== null) value[name] = read.value;
  }
  return { ok: true, value };
}

type One =
  { readonly ok: true; readonly value: number | boolean | null } | { readonly ok: false; readonly because: string };

function readOne({ kind, default: usual, min = -Infinity, max = Infinity, unit = '' }: Parameter, text: string): One {
  if (text.trim() === '') {
    return usual === undefined ? { ok: false, because: 'Fill it in' } : { ok: true, value: null };
  }
  if (kind !== 'boolean') return readTarget(text, [min, max], unit);
  return text === 'true' || text === 'false'
    ? { ok: true, value: text === 'true' }
    : { ok: false, because: 'Type true or false' };
}

/** What an empty field stands for, or between what it has to be. */
export function parameterHint({ default: usual, min, max }: Parameter): string {
  if (typeof usual === 'number') return plainNumber(usual);
  if (usual !== undefined) return String(usual);
  return min === undefined || max === undefined ? '' : `${plainNumber(min)} … ${plainNumber(max)}`;
}
