import { z } from 'zod';
import { Profile } from './profile.ts';
import { signalMeanings } from './signal-meanings.ts';

const meanings: Readonly<Record<string, string>> = {
  ...signalMeanings,
  left: 'the left axis',
  right: 'the right axis',
};

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** The shape of a profile for editors; what contradicts what, only `kmotion check` can say. */
export function profileJsonSchema(): string {
  const schema = z.toJSONSchema(Profile, { io: 'input', target: 'draft-7' }) as unknown as Json;
  return `${JSON.stringify({ title: 'kmotion drive profile', ...(spelledOut(schema) as object) }, null, 2)}\n`;
}

/** Mappings by signal as properties, each with its meaning: editors complete those, and not the names of a pattern. */
function spelledOut(node: Json): Json {
  if (Array.isArray(node)) return node.map(spelledOut);
  if (typeof node !== 'object' || node === null) return node;
  const { propertyNames, additionalProperties, ...rest } = node as { readonly [key: string]: Json };
  const names = namesIn(propertyNames);
  if (names.length === 0 || additionalProperties === undefined) return mapped(node as { readonly [key: string]: Json });
  const value = spelledOut(additionalProperties);
  const properties = Object.fromEntries(names.map((name) => [name, described(name, value)]));
  return { ...(mapped(rest) as object), properties, additionalProperties: false };
}

const mapped = (node: { readonly [key: string]: Json }): Json =>
  Object.fromEntries(Object.entries(node).map(([key, value]) => [key, spelledOut(value)]));

function namesIn(propertyNames: Json | undefined): readonly string[] {
  if (typeof propertyNames !== 'object' || propertyNames === null || !('enum' in propertyNames)) return [];
  return (propertyNames['enum'] as readonly Json[]).map(String);
}

function described(name: string, value: Json): Json {
  const description = meanings[name];
  return description === undefined ? value : { description, ...(value as object) };
}
