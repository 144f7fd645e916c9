import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { profileJsonSchema } from '../../../drivers/profile/json-schema.ts';
import { changed } from './profile-text.ts';

const folder = new URL('../../../drivers/profiles/', import.meta.url);
const committed = readFileSync(new URL('generated/profile.schema.json', folder), 'utf8');

test('the schema for editors is as fresh as the format: npm run contract writes it', () => {
  expect(committed).toBe(profileJsonSchema());
});

const profiles = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
test.each(profiles)('%s tells editors where its schema is', (name) => {
  expect(readFileSync(new URL(name, folder), 'utf8')).toContain(
    '# yaml-language-server: $schema=generated/profile.schema.json',
  );
});

/** Paths of the keys that an editor could say nothing about. */
function undescribed(node: unknown, path: readonly string[] = []): readonly string[] {
  if (typeof node !== 'object' || node === null) return [];
  const { properties } = node as { readonly properties?: Readonly<Record<string, object>> };
  const here = Object.entries(properties ?? {}).flatMap(([key, value]) =>
    'description' in value ? [] : [[...path, key].join('/')],
  );
  return [...here, ...Object.entries(node).flatMap(([key, value]) => undescribed(value, [...path, key]))];
}

describe('an editor that reads the schema', () => {
  // the reader of JSON Schema is not the code that wrote it
  const judge = z.fromJSONSchema(JSON.parse(committed) as Parameters<typeof z.fromJSONSchema>[0]);
  const judges = (text: string): boolean => judge.safeParse(parse(text)).success;

  test('has a word on every key, each signal of the vocabulary among them', () => {
    const schema = JSON.parse(committed) as { definitions: { Registers: { properties: object } } };

    expect(undescribed(schema)).toEqual([]);
    expect(Object.keys(schema.definitions.Registers.properties).length).toBeGreaterThan(100);
    expect(schema.definitions.Registers.properties).toHaveProperty('followingError.description', expect.any(String));
  });

  test.each(profiles)('finds nothing wrong with %s', (name) => {
    expect(judges(readFileSync(new URL(name, folder), 'utf8'))).toBe(true);
  });

  test.each([
    ['a key with a slip', ['wordOrder: high-first', 'wordorder: high-first']],
    ['an unknown signal', ['actualTorque: {', 'actualTorqe: {']],
    ['a type that is none', ['temperature: { address: 0x0012, type: i16', 'temperature: { address: 0x0012, type: i17']],
    ['a scale that is none', ['actualVelocity: { address', 'actualVelocity: { scale: fast, address']],
    ['a verb that is none', ['verbs: [enable,', 'verbs: [enabel,']],
  ] as const)('marks %s', (_, change) => {
    expect(judges(changed())).toBe(true);
    expect(judges(changed(change))).toBe(false);
  });
});
