import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Refusal, type LineTrigger, type LineTriggerAnswer } from '../../services/contracts/index.ts';
import { startFakeSite, type FakeSite } from '../services/orchestrator/fake-site.ts';
import { runs } from './runs.ts';
import { startStand, type Stand } from './stand.ts';

const DRIVES = ['axis-1', 'axis-2', 'axis-3'] as const;
const GROUP = 7;

const arm = (drive: string, stand: Stand, { armTtlMs = 20_000, group = GROUP } = {}): Promise<unknown> =>
  stand.run('arm', { position: 40, group, armTtlMs }, drive);

/** What came of a common start; null where it was refused. */
async function started(asked: Partial<LineTrigger>, stand: Stand): Promise<LineTriggerAnswer | null> {
  try {
    return await stand.until(stand.host.trigger({ group: GROUP, drives: [...DRIVES], ...asked }));
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}

/** The frame that starts all that are armed, as anybody on the line could send it, or a wire could repeat it. */
function strayTrigger(stand: Stand): Promise<void> {
  const options = { lane: 'slow', turnaroundMs: 20 } as const;
  return stand.until(stand.host.line.write({ unit: 0, address: 0x2d, values: [GROUP] }, options));
}

const atRest = (stand: Stand): boolean => DRIVES.every((drive) => stand.shaft(drive).velocity === 0);

describe('a common start', () => {
  test('35: with one member missing or too late starts nothing, or stops all that it started', async () => {
    const obstacle = fc.constantFrom('not armed', 'other group', 'stopped', 'too late', 'does not hear', 'none');
    await fc.assert(
      fc.asyncProperty(
        obstacle,
        fc.constantFrom(...DRIVES),
        fc.integer({ min: 1, max: 200 }),
        async (what, who, ms) => {
          const stand = await startStand({ drives: 3 });
          for (const drive of DRIVES.filter((each) => what !== 'not armed' || each !== who))
            await arm(drive, stand, what === 'other group' && drive === who ? { group: 8 } : {});
          if (what === 'stopped') await stand.run('stop', {}, who);
          if (what === 'does not hear')
            stand.mishap({ kind: 'drop', unit: DRIVES.indexOf(who) + 1, functionCode: 6, way: 'request', count: 1 });
          const late = new Date(stand.clock.unixMs() - ms).toISOString();

          const answer = await started(what === 'too late' ? { startAt: late } : {}, stand);
          const isRunning = DRIVES.map((drive) => stand.axis(drive).state().state === 'discreteMotion');
          await stand.pass(4000);

          const isWhole = answer !== null && answer.notStarted.length === 0;
          expect(isRunning).toEqual(DRIVES.map(() => isWhole));
          expect(isWhole).toBe(what === 'none');
          const ways = DRIVES.map((drive) => stand.shaft(drive).position);
          // nothing at all where it was refused; little where a part had started and was stopped
          const farthest = isWhole ? 40.2 : answer === null ? 0 : 20;
          expect(Math.max(...ways)).toBeLessThanOrEqual(farthest);
          expect(atRest(stand)).toBe(true);
        },
      ),
      runs(3),
    );
  }, 60_000);

  test('36: after a stop, a disarming or its time nothing is left to start; a start that comes twice is one', async () => {
    const end = fc.constantFrom('stop', 'disarm', 'time', 'disable', 'lease', 'started');
    await fc.assert(
      fc.asyncProperty(end, fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 300 }), async (...given) => {
        const [what, times, gapMs] = given;
        const stand = await startStand({ drives: 3 });
        for (const drive of DRIVES) await arm(drive, stand, { armTtlMs: what === 'time' ? 60 : 20_000 });
        if (what === 'started') await started({}, stand);
        else await endArming(what, stand);
        const motions = stand.motions().length;

        for (let time = 0; time < times; time++) {
          await stand.pass(gapMs);
          await strayTrigger(stand);
        }
        await stand.pass(3000);

        const begun = stand
          .motions()
          .slice(motions)
          .filter(({ kind }) => kind !== 'stop');
        expect(begun).toEqual([]);
        const where = what === 'started' ? 40 : 0;
        for (const drive of DRIVES) expect(Math.abs(stand.shaft(drive).position - where)).toBeLessThan(0.1);
      }),
      runs(3),
    );
  }, 60_000);
});

async function endArming(what: string, stand: Stand): Promise<void> {
  if (what === 'time') return stand.pass(200);
  for (const drive of DRIVES) {
    if (what === 'lease') stand.axis(drive).lease.take({ owner: 'ann', ttlMs: 5000 });
    else await stand.run(what as 'stop' | 'disarm' | 'disable', {}, drive);
  }
  if (what === 'stop') for (const drive of DRIVES) await stand.run('release', {}, drive);
  await stand.pass(100);
}

describe('a group in motion', () => {
  test('37: whatever takes one member out stops every other, and the group says so', async () => {
    const trouble = fc.constantFrom('fault', 'stop', 'disable', 'unknown', 'dead process');
    const moment = fc.integer({ min: 20, max: 1500 });
    await fc.assert(
      fc.asyncProperty(
        trouble,
        fc.constantFrom('lift-left', 'lift-right', 'curtain'),
        moment,
        async (what, who, atMs) => {
          const site = await startFakeSite();
          const targets = { 'lift-left': 110, 'lift-right': 120, curtain: 80 };
          const { id } = site.orchestrator.groups.submit({ group: 'all', command: 'move', body: { targets } });
          await site.clock.advance(300 + atMs);
          expect(site.orchestrator.groups.state('all').state).toBe('groupMoving');
          const before = site.orders.length;

          takeOut(what, who, site);
          await site.clock.advance(6000);

          const dead = what === 'dead process' ? lineMates(who) : [];
          const stopped = site.orders.slice(before).filter(({ command }) => command === 'stop');
          const others = Object.keys(targets).filter((drive) => drive !== who && !dead.includes(drive));
          for (const other of others) expect(stopped.map(({ drive }) => drive)).toContain(other);
          expect(['failed', 'aborted']).toContain(site.orchestrator.groups.read('all', id).status);
          expect(['groupErrorStop', 'groupStopping', 'unknown']).toContain(site.orchestrator.groups.state('all').state);
        },
      ),
      runs(4),
    );
  }, 60_000);
});

const lineMates = (who: string): readonly string[] => (who === 'curtain' ? ['curtain'] : ['lift-left', 'lift-right']);

function takeOut(what: string, who: string, site: FakeSite): void {
  if (what === 'fault') site.fault(who);
  else if (what === 'stop') site.say(who, { state: 'stopping', stopLatched: true, moving: false });
  else if (what === 'disable') site.say(who, { state: 'disabled', enabled: false, moving: false });
  else if (what === 'unknown') site.say(who, { state: 'unknown', stale: true, moving: null });
  else site.kill(who === 'curtain' ? 'window' : 'bench');
}
