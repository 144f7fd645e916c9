import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { generatedFiles } from './generated-files.ts';

// `npm run contract` writes what is committed under services/contracts/generated; a test proves it fresh.
const packageFile = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
const { version } = z.object({ version: z.string() }).parse(JSON.parse(packageFile));
for (const [name, text] of Object.entries(generatedFiles(version)))
  writeFileSync(new URL(`../generated/${name}`, import.meta.url), text);
