import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';

/** The built command, as a user has it after `npm ci`. */
export const KMOTION = join(import.meta.dirname, '../../dist/services/cli/main.js');

const axis = (unit: string, range: string): string =>
  `{ unit: ${unit}, travelPerRevolution: 5, gearRatio: 10, range: ${range}, maxVelocity: 80, maxAcceleration: 200, stopDeceleration: 400, homingRequired: false }`;
const drive = (line: string, unit: number): string =>
  `{ line: ${line}, unit: ${unit}, profile: kpower-reference, axis: `;

/** Two virtual lines with four drives, on free ports. */
export const SITE = `site: trial
http: { port: 0 }
mqtt: { port: 0 }
lines:
  bench: { simulated: { baudRate: 115200 } }
  window: { simulated: { baudRate: 115200 } }
drives:
  left: ${drive('bench', 1)}${axis('mm', '[0, 400]')} }
  right: ${drive('bench', 2)}${axis('mm', '[0, 400]')} }
  table: ${drive('bench', 3)}${axis('deg', '[-180, 180]')} }
  curtain: ${drive('window', 1)}${axis('"%"', '[0, 100]')} }
groups:
  lift: { drives: [left, right] }
`;

export interface Entry {
  readonly event: string;
  readonly part?: string;
  readonly url?: string;
  readonly how?: string;
  readonly reasons?: readonly string[];
  readonly brokerUrl?: string;
  readonly afterMs?: number;
  readonly again?: boolean;
}

/** A site as `kmotion up` runs it. */
export class RunningSite {
  readonly folder: string;
  readonly file: string;
  readonly entries: Entry[] = [];
  readonly child: ChildProcess;
  /** What people and logs would see. */
  complaints = '';
  readonly #ended: Promise<number | null>;

  /** `through`: a program that runs the command, as setpriv(1). */
  constructor(text: string, environment: NodeJS.ProcessEnv = {}, through: readonly string[] = []) {
    this.folder = mkdtempSync(join(tmpdir(), 'kmotion-system-'));
    this.file = join(this.folder, 'site.yaml');
    writeFileSync(this.file, text);
    const [program, ...rest] = [...through, process.execPath, KMOTION, 'up', this.file, '--json'];
    this.child = spawn(program, rest, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...withoutOurs(process.env), KMOTION_DATA: join(this.folder, 'data'), ...environment },
    });
    let line = '';
    this.child.stdout?.on('data', (chunk: Buffer) => {
      const lines = (line + chunk.toString()).split('\n');
      line = lines.pop() ?? '';
      this.entries.push(...lines.map((entry) => JSON.parse(entry) as Entry));
    });
    this.child.stderr?.on('data', (chunk: Buffer) => (this.complaints += chunk.toString()));
    this.#ended = new Promise((resolve) => this.child.on('exit', (code) => resolve(code)));
  }

  /** The first entry of that kind, as soon as there is one. */
  async entry(matches: (entry: Entry) => boolean, timeoutMs = 20_000): Promise<Entry> {
    return vi.waitFor(
      () => {
        const found = this.entries.find(matches);
        if (found === undefined) throw new Error(`not yet; so far ${JSON.stringify(this.entries)}\n${this.complaints}`);
        return found;
      },
      { timeout: timeoutMs, interval: 20 },
    );
  }

  ready = (): Promise<Entry> => this.entry(({ event }) => event === 'ready');

  /** The site's one URL; it answers also while a line is missing. */
  get url(): string {
    return this.partUrl('orchestrator');
  }

  get brokerPort(): string {
    return new URL(this.entries.find(({ event }) => event === 'ready')?.brokerUrl ?? 'mqtt://not-ready:1').port;
  }

  partUrl(part: string): string {
    return this.entries.findLast((entry) => entry.event === 'part-ready' && entry.part === part)?.url ?? '';
  }

  async json<T>(path: string, init?: RequestInit): Promise<T> {
    const response = await fetch(path.startsWith('http') ? path : `${this.url}${path}`, init);
    return (await response.json()) as T;
  }

  post<T>(path: string, body: object = {}): Promise<T> {
    const headers = { 'content-type': 'application/json', prefer: 'wait=20' };
    return this.json(path, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  state(name: string): Promise<{
    state: string;
    position: number;
    moving: boolean;
    stopLatched: boolean;
    epoch: string;
    sampledAt: string;
  }> {
    return this.json(`/v1/drives/${name}/state`);
  }

  /** Processes that were started for this site file and live. */
  processes(...words: string[]): number[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => {
        const command = commandLine(pid);
        return [this.file, ...words].every((word) => command.includes(word));
      })
      .map(Number);
  }

  /** Every port that was told of. */
  ports(): number[] {
    const urls = this.entries.flatMap(({ url, brokerUrl }) => [url, brokerUrl]).filter((url) => url !== undefined);
    return [...new Set(urls.map((url) => Number(new URL(url).port)))];
  }

  /** Ctrl-C; gives the exit code. */
  async stop(): Promise<number | null> {
    this.child.kill('SIGINT');
    return this.#ended;
  }

  get exitCode(): Promise<number | null> {
    return this.#ended;
  }
}

/** What the tester's own shell sets must not change a test. */
function withoutOurs(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('KMOTION_')));
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => (socket.destroy(), resolve(true)));
    socket.once('error', () => resolve(false));
  });
}

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a program to its end. */
export function run(
  program: string,
  arguments_: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<Outcome> {
  const child = spawn(program, arguments_, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...withoutOurs(process.env), PATH: `${process.env['PATH']}:/usr/sbin`, ...environment },
  });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

export const kmotion = (...arguments_: string[]): Promise<Outcome> => run(process.execPath, [KMOTION, ...arguments_]);

/** Starts a program that goes on; kill it yourself. */
export function start(program: string, arguments_: readonly string[]): ChildProcess & { text: string } {
  const child = Object.assign(
    spawn(program, arguments_, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...withoutOurs(process.env), PATH: `${process.env['PATH']}:/usr/sbin` },
    }),
    { text: '' },
  );
  child.stdout.on('data', (chunk: Buffer) => (child.text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (child.text += chunk.toString()));
  return child;
}
