import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { isListening, KMOTION, run, start } from './running-site.ts';

const HOUSE = join(import.meta.dirname, '../..');
const README = readFileSync(join(HOUSE, 'README.md'), 'utf8');

/** The shell lines of one chapter, as a reader copies them. */
function linesOf(chapter: string): readonly string[] {
  const text = README.split(`\n## ${chapter}\n`)[1]?.split('\n## ')[0] ?? '';
  const blocks = [...text.matchAll(/```sh\n(.*?)```/gs)].map(([, block]) => block ?? '');
  return blocks.flatMap((block) => block.trimEnd().split('\n'));
}

/** A refusal, or a command that did not come to its end. */
const WENT_WRONG = /"type":"urn:kmotion:problem|"status":"(failed|aborted|unknown|accepted)"/;

const data = mkdtempSync(join(tmpdir(), 'kmotion-readme-'));
let site: ChildProcess;
let shown = '';
/** When nobody is left who could write. */
let ended: Promise<unknown>;
const found = (pattern: RegExp): string => pattern.exec(shown)?.[1] ?? '';
beforeAll(async () => {
  // A process group of its own, so that Ctrl-C reaches it as from a terminal. The ports are free ones, not the README's.
  site = spawn('npm', ['start'], {
    cwd: HOUSE,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, KMOTION_HTTP_PORT: '0', KMOTION_MQTT_PORT: '0', KMOTION_DATA: data },
  });
  site.stdout?.on('data', (chunk: Buffer) => (shown += chunk.toString()));
  ended = new Promise((resolve) => site.once('close', resolve));
  await vi.waitFor(() => {
    if (!shown.includes('Ctrl-C stops everything')) throw new Error(`not yet; so far\n${shown}`);
  }, 40_000);
});
afterAll(pressCtrlC);

/** As a terminal does it: every process of the group is told. */
async function pressCtrlC(): Promise<void> {
  if (site.exitCode === null && site.signalCode === null) process.kill(-(site.pid ?? 0), 'SIGINT');
  await ended;
}

/** A line of the README with the addresses of this run. */
function here(line: string): string {
  const url = new URL(found(/Open\s+(\S+)/)).origin;
  const broker = `-p ${found(/mosquitto_sub .*-p (\d+)/)}`;
  return line
    .replaceAll('http://127.0.0.1:8080', url)
    .replace(/mosquitto_(pub|sub)/, `$& ${broker}`)
    .replace(/npx kmotion (\w+)/, `${process.execPath} ${KMOTION} $1 --url ${url}`);
}

/** `watch` goes on until Ctrl-C: pressed once it shows something. */
async function watched(...command: Parameters<typeof start>): Promise<{ code: number | null; out: string }> {
  const child = start(...command);
  await vi.waitFor(() => expect(child.text).toContain('lift-left'), { timeout: 15_000 });
  child.kill('SIGINT');
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, out: child.text };
}

describe('what the README and the terminal of `npm start` say can be done', () => {
  test('every part is named as it becomes ready, with the address of the page and two lines to copy', () => {
    for (const part of ['broker', 'simulator', 'line bench', 'line window', 'orchestrator', 'all ready']) {
      expect(shown).toContain(`✓ ${part}`);
    }
    expect(shown).toMatch(/^ +Move +curl .*commands\/move-absolute$/m);
    expect(shown).toMatch(/^ +Listen +mosquitto_sub /m);
  });

  test('the two lines that the terminal offers do what they say', async () => {
    const moved = await run('sh', ['-c', found(/Move +(curl .*)/)]);
    expect(moved.out).toContain('"finalPosition":25');

    const heard = await run('sh', [
      '-c',
      found(/Listen +(mosquitto_sub .*)/).replace('mosquitto_sub', '$& -C 1 -W 10'),
    ]);
    expect(heard.out).toMatch(/^kmotion\/drives\/[a-z-]+\/state \{"drive":/);
  });

  test('every line of its chapter on moving, one after the other', async () => {
    const listening = linesOf('Move a drive').find((line) => line.startsWith('mosquitto_sub')) ?? '';
    const results = start('sh', ['-c', `exec stdbuf -oL ${here(listening).replace(/ &$/, '')}`]);
    for (const line of linesOf('Move a drive').filter((each) => each !== listening)) {
      const outcome = await (line.includes(' watch') ? watched : run)('sh', ['-c', `exec ${here(line)}`]);
      expect({ line, ...outcome }).toMatchObject({
        line,
        code: 0,
        out: expect.not.stringMatching(WENT_WRONG) as string,
      });
    }
    await vi.waitFor(() => expect(results.text).toMatch(/"command":"move-absolute","status":"done"/), {
      timeout: 15_000,
    });
    results.kill();
  });

  test('Ctrl-C ends it all and leaves no port behind', async () => {
    const ports = [...shown.matchAll(/:(\d{4,5})\b/g)].map(([, port]) => Number(port));
    expect(ports.length).toBeGreaterThanOrEqual(5);

    await pressCtrlC();

    expect(shown).toContain('no process is left');
    expect(await Promise.all(ports.map(isListening))).not.toContain(true);
  });
});
