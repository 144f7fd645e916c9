import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { siteJsonSchema } from '../../config/json-schema.ts';
import { GOOD } from './site-text.ts';

const folder = new URL('../../config/', import.meta.url);
const committed = readFileSync(new URL('generated/site.schema.json', folder), 'utf8');
// the reader of JSON Schema is not the code that wrote it
const judge = z.fromJSONSchema(JSON.parse(committed) as Parameters<typeof z.fromJSONSchema>[0]);
const judges = (text: string): boolean => judge.safeParse(parse(text, { merge: true })).success;

test('the schema for editors is as fresh as the site file’s: npm run contract writes it', () => {
  expect(committed).toBe(siteJsonSchema());
});

const sites = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
test.each(sites)('%s names the schema, and an editor that reads it finds nothing wrong', (name) => {
  const text = readFileSync(new URL(name, folder), 'utf8');

  expect(text).toContain('# yaml-language-server: $schema=generated/site.schema.json');
  expect(judges(text)).toBe(true);
});

test.each([
  ['unit: 1', 'unit: one'],
  ['axis: { unit: mm', 'axis: { unit: inch'],
  ['maxVelocity: 50', 'maxVelocty: 50'],
])('an editor marks %s written as %s', (right, wrong) => {
  expect(judges(GOOD)).toBe(true);
  expect(judges(GOOD.replace(right, wrong))).toBe(false);
});
