import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const cache = fileURLToPath(new URL('../../../node_modules/.cache/bench/', import.meta.url));

/** Compiles `peers/NAME.c` when it is newer than its program; gives the program's path. */
export function compilePeer(name: string, libraries: readonly string[] = []): string {
  const source = fileURLToPath(new URL(`${name}.c`, import.meta.url));
  const program = `${cache}${name}`;
  const isFresh = (statSync(program, { throwIfNoEntry: false })?.mtimeMs ?? 0) > statSync(source).mtimeMs;
  if (isFresh) return program;
  mkdirSync(cache, { recursive: true });
  const built = spawnSync('gcc', [
    '-O2',
    '-Wall',
    '-o',
    program,
    source,
    ...libraries.map((library) => `-l${library}`),
  ]);
  if (built.status !== 0) throw new Error(`gcc could not build ${source}:\n${String(built.stderr)}`);
  return program;
}

export interface Slave {
  readonly path: string;
  stop(): Promise<void>;
}

/** Starts the C slave; `path` is the device for the master. Arguments: see rtu-slave.c. */
export async function startSlave(...args: readonly (string | number)[]): Promise<Slave> {
  const child = spawn(compilePeer('rtu-slave'), args.map(String), { stdio: ['pipe', 'pipe', 'inherit'] });
  return { path: await firstLine(child), stop: () => stopped(child) };
}

/** The first line that a program prints. */
export function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.once('exit', (code) => reject(new Error(`the peer ended with ${String(code)} before it said a line`)));
    child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')));
    });
  });
}

/** Ends a program that lives as long as its stdin. */
function stopped(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.stdin?.end();
  });
}
