import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startSiteInOneProcess } from '../support/virtual-site.ts';

// Thirty drives on one line of 57600 baud, which needs a third of a second to read them all once.

const DRIVES = Array.from({ length: 30 }, (_, index) => `axis-${index + 1}`);
const axis =
  '{ unit: mm, travelPerRevolution: 5, gearRatio: 10, range: [0, 400], maxVelocity: 80, maxAcceleration: 200, homingRequired: false }';

test('at rest and all in motion each stays known: nobody is asked for more readings than the line can carry', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kmotion-many-'));
  const file = join(folder, 'site.yaml');
  writeFileSync(
    file,
    `site: many
http: { port: 0 }
lines: { long: { simulated: { baudRate: 57600, paced: true } } }
drives:
${DRIVES.map((id, index) => `  ${id}: { line: long, unit: ${index + 1}, profile: kpower-reference, axis: ${axis} }`).join('\n')}
groups: { all: { drives: [${DRIVES.join(', ')}], maxStartSkewMs: 5000 } }
`,
  );
  const site = await startSiteInOneProcess(2, file, { poll: { idleMs: 200, movingMs: 20 } });
  rmSync(folder, { recursive: true, force: true });
  try {
    const { groups } = site.orchestrator;
    while (!site.orchestrator.readiness().ready) await site.clock.advance(100);
    const run = async (command: 'enable' | 'move', body: object = {}): Promise<string> => {
      const { id } = groups.submit({ group: 'all', command, body });
      await site.until(groups.ended(id), 120_000);
      const { status, error } = groups.read('all', id);
      return error === null ? status : `${status} ${error.code} ${error.detail}`;
    };
    await site.clock.advance(3000);
    let unknown = 0;
    const outside = site.broker.bus('outside');
    outside.subscribe('kmotion/drives/+/state', ({ payload, retained }) => {
      if (!retained && (JSON.parse(payload) as { state: string }).state === 'unknown') unknown += 1;
    });

    await site.clock.advance(5000);
    expect(unknown).toBe(0);
    expect(await run('enable')).toBe('done');
    const targets = Object.fromEntries(DRIVES.map((drive, index) => [drive, 200 + index]));
    expect(await run('move', { targets, durationMs: 8000 })).toBe('done');
    expect(unknown).toBe(0);
  } finally {
    await site.close();
  }
}, 120_000);
