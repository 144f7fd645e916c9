import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { CommandResource, Problem } from '../../services/contracts/index.ts';
import type { LedgerEntry } from '../../simulator/index.ts';
import { KMOTION, run, RunningSite, SITE } from './running-site.ts';

// Two axes on lines of their own, in processes of their own: the orchestrator keeps the rule between them, and what goes
// past it is halted. The simulator's ledger says where the shaft came to.

const ZONE_MM = [100, 200] as const;
const COUNTS_PER_MM = 20_000;

let site: RunningSite;
beforeAll(async () => {
  site = new RunningSite(`${SITE}interlocks:
  - { never: { left: [${ZONE_MM.join(', ')}], curtain: [50, 100] }, because: "the lift would meet the open curtain" }
`);
  await site.ready();
  await command('left', 'enable');
  await command('curtain', 'enable');
  await command('curtain', 'move-absolute', { position: 80 });
}, 40_000);
afterAll(() => site.stop());

const command = <Answer = CommandResource>(drive: string, word: string, body: object = {}): Promise<Answer> =>
  site.post(`/v1/drives/${drive}/commands/${word}`, body);

async function motionsOfLeft(): Promise<readonly Extract<LedgerEntry, { kind: 'start' | 'change' | 'stop' }>[]> {
  const url = `${site.partUrl('simulator')}/v1/ledger?since=0`;
  const { entries } = await site.json<{ entries: readonly LedgerEntry[] }>(url);
  return entries.flatMap((entry) => (entry.kind !== 'frame' && entry.drive === 'left' ? [entry] : []));
}

test('a move into the zone, and one through it, is refused with the rule and what to do; nothing moves', async () => {
  for (const position of [150, 300]) {
    const refused = await command<Problem>('left', 'move-absolute', { position });
    expect(refused).toMatchObject({ status: 409, code: 'interlock' });
    expect(refused.detail).toContain('the lift would meet the open curtain');
    expect(refused.detail).toContain('Bring curtain out of its zone first');
  }
  const cli = await run(process.execPath, [KMOTION, 'move', 'left', '150', '--url', site.url]);
  expect(cli.code).not.toBe(0);
  expect(`${cli.out}${cli.err}`).toContain('the lift would meet the open curtain');

  expect(await motionsOfLeft()).toEqual([]);
});

test('what goes past the orchestrator is halted before it is in the zone', async () => {
  const topic = 'kmotion/drives/left/commands/move-absolute';
  const where = ['-h', '127.0.0.1', '-p', site.brokerPort];
  await run('mosquitto_pub', [...where, '-q', '1', '-t', topic, '-m', JSON.stringify({ position: 150 })]);
  await vi.waitFor(async () => expect((await motionsOfLeft()).at(-1)?.kind).toBe('stop'), { timeout: 10_000 });

  const furthest = Math.max(...(await motionsOfLeft()).map(({ to }) => to));
  expect(furthest).toBeGreaterThan(0);
  expect(furthest).toBeLessThan(ZONE_MM[0] * COUNTS_PER_MM);
  expect(await site.state('left')).toMatchObject({ state: 'standstill' });
});

test('with the curtain out of the way the same move is done', async () => {
  expect(await command('curtain', 'move-absolute', { position: 20 })).toMatchObject({ status: 'done' });

  expect(await command('left', 'move-absolute', { position: 150 })).toMatchObject({
    status: 'done',
    result: { finalPosition: 150 },
  });
});
