#!/usr/bin/env node
import { createProgram } from './program.ts';
import { failureLine } from './failure.ts';

// Newer Node keeps compiled code on disk, which makes every later start faster.
const { enableCompileCache } = (await import('node:module')) as { enableCompileCache?: () => unknown };
enableCompileCache?.();

try {
  await createProgram().parseAsync();
} catch (error) {
  process.stderr.write(`${failureLine(error)}\n`);
  process.exit(1);
}
