import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';

// Built once, so that each start costs what it costs in production; below node_modules, where packages are found.
const outDir = join(import.meta.dirname, '../../../node_modules/.cache/run-process-test', String(process.pid));
const script = join(outDir, 'subject.js');
beforeAll(async () => {
  const subject = fileURLToPath(new URL('./processes/subject.ts', import.meta.url));
  await build({ configFile: false, logLevel: 'error', build: { ssr: subject, outDir, emptyOutDir: true } });
});
afterAll(async () => rm(outDir, { recursive: true }));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the subject, acts when it is ready (or at once), and waits for its end. */
async function run(
  how: string,
  act: (child: ChildProcess) => void,
  options: { env?: Record<string, string> } = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [script, how], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env },
  });
  return ended(child, act);
}

async function ended(child: ChildProcess, act: (child: ChildProcess) => void): Promise<Ended> {
  let [out, err] = ['', ''];
  child.stdout?.on('data', (chunk: Buffer) => {
    out += chunk.toString();
    if (chunk.toString().includes('ready')) act(child);
  });
  child.stderr?.on('data', (chunk: Buffer) => (err += chunk.toString()));
  // Not `close`: Node never emits it for a child whose channel the parent has disconnected.
  const ends = [child.stdout, child.stderr].map((stream) => stream && once(stream, 'end'));
  const [[code]] = (await Promise.all([once(child, 'exit'), ...ends])) as [[number | null]];
  return { code, out, err };
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s closes in order and exits with 0', async (signal) => {
  expect(await run('', (child) => child.kill(signal))).toMatchObject({ code: 0, out: 'ready\nclosed\n', err: '' });
});

test('a second signal ends a close that is stuck', async () => {
  const how = await run('stuck', (child) => {
    child.kill('SIGTERM');
    child.stdout?.on('data', () => child.kill('SIGTERM'));
  });
  expect(how).toMatchObject({ code: 1, out: 'ready\nclosed\n' });
});

test('a start that is refused is one line and exit code 1, without a stack', async () => {
  expect(await run('refuse', () => undefined)).toEqual({
    code: 1,
    out: '',
    err: 'port 8080 of 127.0.0.1 is taken: choose another\n',
  });
});

test.each(['throw', 'reject'])('an unforeseen error (%s) is logged, closes in order and exits with 1', async (how) => {
  const end = await run(how, () => undefined);
  expect(end.code).toBe(1);
  expect(end.out).toContain('closed');
  expect(end.err).toContain('unforeseen');
});

test('a child that a supervisor started tells it what it is, and ends when the supervisor is gone', async () => {
  const child = spawn(process.execPath, [script, ''], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const told = once(child, 'message');
  const end = ended(child, () => void told.then(() => child.disconnect()));
  expect((await told)[0]).toEqual({ kind: 'ready', url: 'http://127.0.0.1:1' });
  expect(await end).toMatchObject({ code: 0, out: 'ready\nclosed\n' });
});

test('without such a channel the end of standard input says that the supervisor is gone', async () => {
  const end = await run('', (child) => child.stdin?.end(), { env: { KMOTION_SUPERVISED: '1' } });
  expect(end).toMatchObject({ code: 0, out: 'ready\nclosed\n' });
});
