import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startSiteInOneProcess, type GroupWord, type SiteInOneProcess } from '../support/virtual-site.ts';

// Thirty drives on one line, which needs a third of a second to read them all once at 57600 baud.

const DRIVES = Array.from({ length: 30 }, (_, index) => `axis-${index + 1}`);
const axis =
  '{ unit: mm, travelPerRevolution: 5, gearRatio: 10, range: [0, 400], maxVelocity: 80, maxAcceleration: 200, homingRequired: false }';

interface Many {
  readonly site: SiteInOneProcess;
  /** Its end in words. */
  readonly run: (command: GroupWord, body?: object) => Promise<string>;
  /** How often any drive has told since the last question that it is not known. */
  readonly timesUnknown: () => number;
}

async function startMany({ baudRate, watchdogMs }: { baudRate: number; watchdogMs: number }): Promise<Many> {
  const folder = mkdtempSync(join(tmpdir(), 'kmotion-many-'));
  const file = join(folder, 'site.yaml');
  writeFileSync(
    file,
    `site: many
http: { port: 0 }
lines: { long: { simulated: { baudRate: ${baudRate}, paced: true } } }
drives:
${DRIVES.map((id, index) => `  ${id}: { line: long, unit: ${index + 1}, profile: kpower-reference, watchdogMs: ${watchdogMs}, axis: ${axis} }`).join('\n')}
groups: { all: { drives: [${DRIVES.join(', ')}], maxStartSkewMs: 5000 } }
`,
  );
  const site = await startSiteInOneProcess(2, file, { poll: { idleMs: 200, movingMs: 20 } });
  rmSync(folder, { recursive: true, force: true });
  const { groups } = site.orchestrator;
  while (!site.orchestrator.readiness().ready) await site.clock.advance(100);
  let unknown = 0;
  site.broker.bus('outside').subscribe('kmotion/drives/+/state', ({ payload }) => {
    if ((JSON.parse(payload) as { state: string }).state === 'unknown') unknown += 1;
  });
  return {
    site,
    async run(command, body = {}) {
      const { id } = groups.submit({ group: 'all', command, body });
      await site.until(groups.ended(id), 120_000);
      const { status, error } = groups.read('all', id);
      return error === null ? status : `${status} ${error.code} ${error.detail}`;
    },
    timesUnknown() {
      const times = unknown;
      unknown = 0;
      return times;
    },
  };
}

const targets = Object.fromEntries(DRIVES.map((drive, index) => [drive, 200 + index]));

test('at rest and all in motion each stays known: nobody is asked for more readings than the line can carry', async () => {
  const { site, run, timesUnknown } = await startMany({ baudRate: 57600, watchdogMs: 1000 });
  try {
    await site.clock.advance(3000);
    timesUnknown();

    await site.clock.advance(5000);
    expect(timesUnknown()).toBe(0);
    expect(await run('enable')).toBe('done');
    expect(await run('move', { targets, durationMs: 8000 })).toBe('done');
    expect(timesUnknown()).toBe(0);
  } finally {
    await site.close();
  }
}, 120_000);

test('nor more than its adapter passes on, which takes 25 ms and says so nowhere', async () => {
  const { site, run, timesUnknown } = await startMany({ baudRate: 115200, watchdogMs: 3000 });
  try {
    site.simulator.lines.get('long')?.addMishap({ kind: 'late', rate: 1, ms: 25 });
    await site.clock.advance(5000);
    timesUnknown();

    await site.clock.advance(10_000);
    expect(timesUnknown()).toBe(0);

    // all at once they keep the line from each other's readings; what is unknown meanwhile is not failed
    expect(await run('enable')).toBe('done');
    expect(timesUnknown()).toBeGreaterThan(0);
  } finally {
    await site.close();
  }
}, 120_000);

test('a stop for all waits for the proof of each, however long a slow line takes for thirty of them', async () => {
  const { site } = await startMany({ baudRate: 115200, watchdogMs: 3000 });
  try {
    site.simulator.lines.get('long')?.addMishap({ kind: 'late', rate: 1, ms: 80 });

    const report = await site.until(site.orchestrator.stopAll());

    expect(report).toMatchObject({ allConfirmed: true, unconfirmed: [], unreachable: [] });
    expect(report.durationMs).toBeGreaterThan(30 * 2 * 80);
  } finally {
    await site.close();
  }
}, 120_000);
