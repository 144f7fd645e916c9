import { fileURLToPath } from 'node:url';
import { bundle } from '../support/bundle.ts';

const cache = fileURLToPath(new URL('../../node_modules/.cache/bench/', import.meta.url));
const built = new Map<string, Promise<string>>();

/**
 * Builds `peers/NAME.ts` as the command itself is built, once a run, and gives the program's path. What users run is
 * measured: a loader that compiles on the way wraps every function it names, which costs a tenth of a millisecond a call.
 */
export function buildPeer(name: string): Promise<string> {
  const program = built.get(name) ?? bundle(`tests/bench/peers/${name}.ts`, cache).then(() => `${cache}${name}.mjs`);
  built.set(name, program);
  return program;
}
