import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { programCommissioning } from '../../../services/cli/program-commissioning.ts';
import type { ScanEvent } from '../../../services/contracts/index.ts';

// The way from the orchestrator to the command line's own commands, with a program in their place that says what it was told.

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'kmotion-program-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function program(text: string): ReturnType<typeof programCommissioning> {
  const script = join(folder, 'program.mjs');
  writeFileSync(script, text);
  return programCommissioning({ executable: process.execPath, leading: [script] }, '/etc/site.yaml');
}
const progress = { asked: 0, planned: 1, elapsedMs: 0, remainingMs: 1, estimateMs: 1 };
const ENDED = JSON.stringify({
  event: 'ended',
  progress,
  report: { complete: false, drives: [], findings: [], yaml: null },
});

test('a scan is asked for with the site whose lines are spared, and told event by event', async () => {
  const events: ScanEvent[] = [];
  const commissioning = program(`
    const words = process.argv.slice(2);
    console.log(JSON.stringify({ event: 'begins', ports: words, progress: ${JSON.stringify(progress)} }));
    console.log('${ENDED}');
    process.exitCode = 1;
  `);

  const serial = [{ baudRate: 9600, parity: 'even', stopBits: 1 } as const];
  await commissioning.scan({ ports: ['/dev/a'], units: '1-9', serial }, (event) => events.push(event)).ended;

  expect(events.map(({ event }) => event)).toEqual(['begins', 'ended']);
  const words = events[0]?.event === 'begins' ? events[0].ports.join(' ') : '';
  expect(words).toBe('scan --json --units=1-9 --site /etc/site.yaml --spare-lines --serial 9600-8E1 -- /dev/a');
});

test('an interrupted scan still reports', async () => {
  const events: ScanEvent[] = [];
  const commissioning = program(`
    process.on('SIGINT', () => { console.log('${ENDED}'); process.exit(130); });
    console.log(JSON.stringify({ event: 'begins', ports: [], progress: ${JSON.stringify(progress)} }));
    process.stdin.resume();
  `);

  const running = commissioning.scan({}, (event) => {
    events.push(event);
    if (event.event === 'begins') running.interrupt();
  });
  await running.ended;

  expect(events.map(({ event }) => event)).toEqual(['begins', 'ended']);
});

test('a program that fails is told in its own words', async () => {
  const commissioning = program(`console.error('/etc/site.yaml cannot be used'); process.exit(1);`);

  await expect(commissioning.scan({}, () => undefined).ended).rejects.toThrow('/etc/site.yaml cannot be used');
  await expect(commissioning.ports()).rejects.toThrow('/etc/site.yaml cannot be used');
});

test('a listing that is none is an error, not an empty list', async () => {
  await expect(program(`console.log('[{"path": 3}]');`).ports()).rejects.toThrow('expected string');
});
