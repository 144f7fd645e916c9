import { mkdirSync, writeFileSync } from 'node:fs';
import { profileJsonSchema } from './json-schema.ts';

// `npm run contract` writes what is committed beside the profiles for editors; a test proves it fresh.
const folder = new URL('../profiles/generated/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('profile.schema.json', folder), profileJsonSchema());
