import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { ScanReport, ScanResource } from '../../services/contracts/index.ts';
import { createWireTerminal, type WireTerminal } from '../support/wire-terminal.ts';
import { KMOTION, RunningSite, SITE } from './running-site.ts';

// Commissioning as a user has it: the built command on real pseudo-terminals, beside a site that runs.

const at = (baudRate: number) => ({ baudRate, parity: 'none', stopBits: 1 }) as const;
let site: RunningSite;
let url: string;
let wire: WireTerminal;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kmotion-scan-'));
  wire = createWireTerminal([
    { unit: 1, serial: at(115_200) },
    { unit: 7, serial: at(9600) },
  ]);
  site = new RunningSite(SITE);
  url = (await site.entry(({ event }) => event === 'ready')).url ?? '';
});
afterAll(async () => {
  await site.stop();
  wire.close();
  rmSync(folder, { recursive: true });
});

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly complaints: string;
}
function start(...words: readonly string[]): ChildProcess {
  return spawn(process.execPath, [KMOTION, ...words], { env: { ...process.env, KMOTION_URL: url } });
}
async function ended(child: ChildProcess): Promise<Ended> {
  let output = '';
  let complaints = '';
  child.stdout?.on('data', (chunk: Buffer) => void (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => void (complaints += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, output, complaints };
}
const SEARCH = ['--profile', 'kpower-reference', '--serial', '115200', '9600', '--units', '1,7'];
const reportOf = ({ output }: Ended): ScanReport =>
  (JSON.parse(output.trim().split('\n').at(-1) ?? '') as { report: ScanReport }).report;

test('kmotion scan finds drives on two baud rates and writes them into a site file', async () => {
  const file = join(folder, 'site.yaml');

  const { code, complaints } = await ended(start('scan', wire.path, ...SEARCH, '--write', file));

  // two speeds on one line must be mended
  expect(code).toBe(1);
  expect(complaints).toContain(`${wire.path}  115200 8N1  unit 1  kpower-reference`);
  expect(complaints).toContain(`${wire.path}  9600 8N1  unit 7  kpower-reference`);
  expect(complaints).toMatch(/2 drives found in [\d.]+ s \(estimated [\d.]+ s\)/);
  expect(readFileSync(file, 'utf8')).toContain(`line: { serial: ${wire.path}, baudRate: 115200`);
  expect((await ended(start('check', file))).code).toBe(0);
});

test('Ctrl-C ends a scan and keeps what was found', async () => {
  const child = start('scan', wire.path, '--profile', 'kpower-reference', '--serial', '115200', '--json');
  const result = ended(child);
  await new Promise<void>((resolve) =>
    child.stdout?.on('data', (chunk: Buffer) => chunk.toString().includes('"found"') && resolve()),
  );
  child.kill('SIGINT');

  const report = reportOf(await result);
  expect((await result).code).toBe(130);
  expect(report).toMatchObject({ complete: false, drives: [{ unit: 1 }] });
});

test('the port of a device process is never asked on: by its lock, and over REST by the site file', async () => {
  const port = join(site.folder, 'data/lines/bench');
  expect(existsSync(port)).toBe(true);

  const { code, complaints } = await ended(start('scan', port, ...SEARCH));
  expect(code).toBe(1);
  expect(complaints).toContain('belongs to line bench and was not asked');

  const scan = await overRest({ ports: [port] });
  expect(scan).toMatchObject({ status: 'done', drives: [], findings: [{ kind: 'port-taken' }] });
});

async function overRest(body: object): Promise<ScanResource> {
  const begun = await fetch(`${url}/v1/scans`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(begun.status).toBe(202);
  return vi.waitFor(
    async () => {
      const read = (await (await fetch(`${url}${begun.headers.get('location')}`)).json()) as ScanResource;
      expect(read.endedAt).not.toBeNull();
      return read;
    },
    { timeout: 30_000, interval: 200 },
  );
}

test('a scan over REST finds the same, with its YAML', async () => {
  const scan = await overRest({ ports: [wire.path], units: '1,7', serial: [at(115_200), at(9600)] });

  expect(scan).toMatchObject({
    status: 'done',
    error: null,
    progress: { remainingMs: 0 },
    drives: [
      { unit: 1, serial: at(115_200), profile: { id: 'kpower-reference', proven: true } },
      { unit: 7, serial: at(9600), profile: { id: 'kpower-reference', proven: true } },
    ],
  });
  expect(scan.yaml).toContain(`serial: ${wire.path}`);
});

const positionOf = async (drive: string): Promise<number> =>
  ((await (await fetch(`${url}/v1/drives/${drive}/state`)).json()) as { position: number }).position;

test('kmotion identify moves a little and comes back; without a yes it moves nothing', async () => {
  const before = await positionOf('left');

  const asked = await ended(start('identify', 'left'));
  expect(asked.code).toBe(1);
  expect(asked.complaints).toMatch(/left will move 4 mm up and back, 3 times, at 8 mm\/s/);

  const { code, output } = await ended(start('identify', 'left', '--yes'));
  expect({ code, output }).toMatchObject({
    code: 0,
    output: expect.stringContaining('That was left: unit 1') as string,
  });
  expect(Math.abs((await positionOf('left')) - before)).toBeLessThan(0.2);
});

test('kmotion teach takes both ends and prints the range', async () => {
  const child = start('teach', 'table');
  const result = ended(child);
  const hears = async (text: string): Promise<void> =>
    new Promise((resolve) => child.stderr?.on('data', (chunk: Buffer) => chunk.toString().includes(text) && resolve()));
  await hears('one end');
  child.stdin?.write('\n');
  await hears('other end');
  expect((await ended(start('move', 'table', '90'))).code).toBe(0);
  child.stdin?.write('\n');

  const { code, output } = await result;
  expect(code).toBe(0);
  const [, low, high] = /range: \[(-?[\d.]+), (-?[\d.]+)\]/.exec(output) ?? [];
  expect(Number(high)).toBeCloseTo(90, 0);
  expect(Number(low)).toBeLessThan(90);
});

test('kmotion ports and doctor answer machines', async () => {
  const ports = await ended(start('ports', '--json'));
  expect(ports.code).toBe(0);
  expect(JSON.parse(ports.output)).toBeInstanceOf(Array);

  const doctor = await ended(start('doctor', site.file, '--json'));
  const { ok, findings } = JSON.parse(doctor.output) as { ok: boolean; findings: { check: string; state: string }[] };
  expect(doctor.code).toBe(ok ? 0 : 1);
  expect(findings).toContainEqual(expect.objectContaining({ check: 'node', state: 'good' }));
});
