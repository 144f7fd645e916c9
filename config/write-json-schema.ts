import { mkdirSync, writeFileSync } from 'node:fs';
import { siteJsonSchema } from './json-schema.ts';

// `npm run contract` writes what is committed beside the shipped sites for editors; a test proves it fresh.
const folder = new URL('generated/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('site.schema.json', folder), siteJsonSchema());
