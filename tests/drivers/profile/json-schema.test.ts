import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { profileJsonSchema } from '../../../drivers/profile/json-schema.ts';

const folder = new URL('../../../drivers/profiles/', import.meta.url);

test('the schema for editors is as fresh as the format: npm run contract writes it', () => {
  expect(readFileSync(new URL('generated/profile.schema.json', folder), 'utf8')).toBe(profileJsonSchema());
});

const profiles = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
test.each(profiles)('%s tells editors where its schema is', (name) => {
  expect(readFileSync(new URL(name, folder), 'utf8')).toContain(
    '# yaml-language-server: $schema=generated/profile.schema.json',
  );
});
