import { afterEach, expect, test } from 'vitest';
import type { GroupCommandResource } from '../../services/contracts/index.ts';
import { startSiteInOneProcess, type GroupWord, type SiteInOneProcess } from '../support/virtual-site.ts';

const STRICT = { KMOTION_COMMANDS: 'strict' };
let site: SiteInOneProcess;
afterEach(() => site.close());

async function lift(command: GroupWord, body: object = {}): Promise<GroupCommandResource> {
  const { id } = site.orchestrator.groups.submit({ group: 'lift', command, body });
  await site.until(site.orchestrator.groups.ended(id));
  return site.orchestrator.groups.read('lift', id);
}

async function bringUp(): Promise<void> {
  site = await startSiteInOneProcess(5, undefined, { environment: STRICT });
  while (!site.orchestrator.readiness().ready) await site.clock.advance(100);
}

const leaseOf = (drive: string) => site.hosts.get('bench')!.axes.get(drive)!.lease;

test('a group is enabled, homed, moved and halted under the leases of its members, which are free afterwards', async () => {
  await bringUp();

  const ends = [await lift('enable'), await lift('home'), await lift('move', { targets: { 'lift-left': 60 } })];
  expect(ends.map(({ status, error }) => error?.detail ?? status)).toEqual(['done', 'done', 'done']);
  site.orchestrator.groups.submit({ group: 'lift', command: 'move', body: { targets: { 'lift-left': 300 } } });
  await site.clock.advance(800);
  expect(leaseOf('lift-left').current()?.owner).toMatch(/^demo-orchestrator-[0-9a-f]{8}$/);
  expect((await lift('halt')).status).toBe('done');

  expect(leaseOf('lift-left').current()).toBeNull();
});

test('a group whose member somebody else holds does nothing, but stops', async () => {
  await bringUp();
  leaseOf('lift-right').take({ owner: 'a robot', ttlMs: 60_000 });

  expect(await lift('enable')).toMatchObject({ status: 'failed', error: { code: 'leaseHeld' } });
  expect(leaseOf('lift-left').current()).toBeNull();
  expect((await lift('stop')).status).toBe('done');
});

test('a member that another took in the middle of the move stops the others', async () => {
  await bringUp();
  await lift('enable');
  await lift('home');
  const targets = { 'lift-left': 300, 'lift-right': 300 };
  const { id } = site.orchestrator.groups.submit({ group: 'lift', command: 'move', body: { targets } });
  await site.clock.advance(1000);
  // its own motion goes on: only the right to command it is another's now
  leaseOf('lift-right').forget();
  leaseOf('lift-right').take({ owner: 'a robot', ttlMs: 60_000 });
  await site.until(site.orchestrator.groups.ended(id));
  await site.clock.advance(1000);

  expect(site.orchestrator.groups.read('lift', id)).toMatchObject({
    status: 'aborted',
    error: { code: 'leaseExpired' },
  });
  for (const side of ['lift-left', 'lift-right']) expect(site.orchestrator.registry.axisState(side)).toBe('stopping');
});
