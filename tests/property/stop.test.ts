import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Refusal } from '../../services/contracts/index.ts';
import { runs } from './runs.ts';
import { startsMotion, startStand, stops, type Sent, type Stand } from './stand.ts';

const AXES = ['axis-1', 'axis-2', 'axis-3'] as const;

/** The longest a request may be in flight on this line, and the silence before the next. */
const IN_FLIGHT_MS = 45;
const GAP_MS = 2;

const onlyRefusals = (error: unknown): void => {
  if (!(error instanceof Refusal)) throw error;
};

const order = fc.record({
  axis: fc.constantFrom(...AXES),
  what: fc.constantFrom('move' as const, 'move' as const, 'jog' as const),
  value: fc.integer({ min: 1, max: 50 }),
  atMs: fc.integer({ min: 0, max: 60 }),
});
type Order = typeof order extends fc.Arbitrary<infer Value> ? Value : never;
const trouble = fc.array(
  fc.record({ kind: fc.constantFrom('drop' as const, 'late' as const), unit: fc.integer({ min: 1, max: 3 }) }),
  { maxLength: 2 },
);

/** Gives orders at their instants; what becomes of them is not awaited. */
function giveOrders(orders: readonly Order[], stand: Stand): void {
  for (const { axis, what, value, atMs } of orders)
    stand.clock.after(atMs, () => {
      const submitted =
        what === 'move'
          ? stand.axis(axis).submit('move-absolute', { position: value })
          : stand.axis(axis).submit('jog', { velocity: value });
      submitted.catch(onlyRefusals);
    });
}

describe('a stop of everything', () => {
  test('23: goes to each axis once before any other frame and before any second attempt, behind one request at most', async () => {
    const orders = fc.array(order, { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(orders, trouble, fc.integer({ min: 1, max: 120 }), async (given, mishaps, stopAtMs) => {
        const stand = await startStand({ drives: 3 });
        giveOrders(given, stand);
        for (const { kind, unit } of mishaps) stand.mishap({ kind, unit, count: 3, ms: 60 });
        await stand.pass(stopAtMs);

        const [atMs, before] = [stand.clock.nowMs(), stand.sent.length];
        void stand.host.stopAll('everything');
        await stand.pass(600);

        const after = stand.sent.slice(before);
        const first = AXES.map((_, index) => after.findIndex((sent) => sent.unit === index + 1 && stops(sent)));
        const until = after.slice(0, Math.max(...first) + 1);
        // one frame for all goes ahead, where the drives obey such
        expect(until.map(({ unit }) => unit).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3]);
        expect({ unit: until[0]?.unit, isStop: until.every(stops) }).toEqual({ unit: 0, isStop: true });
        for (const [attempt, sent] of until.entries())
          expect(sent.atMs - atMs).toBeLessThanOrEqual((attempt + 1) * (IN_FLIGHT_MS + GAP_MS));
      }),
      runs(4),
    );
  }, 60_000);

  test('24: no motion that was admitted before it leaves the port after it', async () => {
    const orders = fc.array(order, { minLength: 2, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(orders, trouble, fc.integer({ min: 1, max: 110 }), async (given, mishaps, stopAtMs) => {
        const stand = await startStand({ drives: 3 });
        giveOrders(given, stand);
        for (const { kind, unit } of mishaps) stand.mishap({ kind, unit, count: 1, ms: 60 });
        await stand.pass(stopAtMs);

        const before = stand.sent.length;
        for (const axis of AXES) void stand.axis(axis).stop('now');
        const told = (): Sent[] => stand.sent.slice(before).filter(startsMotion);
        await stand.pass(800);

        expect(told()).toEqual([]);
        // nor when the latch is released: what waited is over
        for (const axis of AXES) await stand.run('release', {}, axis).catch(onlyRefusals);
        await stand.pass(400);
        expect(told()).toEqual([]);
      }),
      runs(4),
    );
  }, 60_000);

  test('38: is confirmed only of an axis that a reading since shows at rest', async () => {
    const orders = fc.array(order, { minLength: 1, maxLength: 6 });
    const deaf = fc.subarray([1, 2, 3]);
    await fc.assert(
      fc.asyncProperty(orders, deaf, fc.constantFrom('drop', 'exception'), async (given, units, kind) => {
        const stand = await startStand({ drives: 3 });
        giveOrders(given, stand);
        await stand.pass(250);
        for (const unit of units)
          stand.mishap({
            kind,
            unit,
            ...(kind === 'drop' ? { way: 'request' as const } : { functionCode: 6 }),
          });
        const atMs = stand.clock.nowMs();

        const report = await stand.until(stand.host.stopAll('everything'));

        for (const axis of AXES) {
          const isConfirmed = report.confirmed.includes(axis);
          const sample = stand.axis(axis).kit.drive.latest();
          expect(isConfirmed && stand.shaft(axis).velocity !== 0).toBe(false);
          expect(isConfirmed && (sample === null || sample.sampledAtMs <= atMs)).toBe(false);
          expect(isConfirmed && sample?.state.moving !== false).toBe(false);
        }
        const named = [...report.confirmed, ...report.unconfirmed, ...report.unreachable];
        expect(named.toSorted()).toEqual([...AXES]);
        expect(report.allConfirmed).toBe(report.confirmed.length === AXES.length);
        expect(report.confirmed.length <= AXES.length - (kind === 'drop' ? units.length : 0)).toBe(true);
      }),
      runs(3),
    );
  }, 60_000);
});

describe('6: the latch of a stop', () => {
  const outside = fc.constantFrom(
    'unplug' as const,
    'replug' as const,
    'broker away' as const,
    'broker back' as const,
    'take lease' as const,
    'break lease' as const,
    'reboot' as const,
    'fault' as const,
    'reset' as const,
    'enable' as const,
    'move-absolute' as const,
    'home' as const,
    'disable' as const,
    'pass' as const,
  );

  test('holds until it is released: no reconnect, broker, lease or fault takes it away, and nothing moves meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(outside, { minLength: 3, maxLength: 12 }), fc.boolean(), async (acts, isOff) => {
        const stand = await startStand();
        await stand.until(stand.axis().submit('move-absolute', { position: 100 }));
        await stand.pass(200);
        // a drive that is found without power is stopped by nobody: only the latch itself keeps it from being enabled
        await stand.run('stop', isOff ? { then: 'disable' } : {});
        const [motions, before] = [stand.motions().length, stand.sent.length];

        for (const what of [...acts, 'unplug']) await happen(what, stand);
        await stand.pass(1500);
        stand.heal();
        await stand.pass(4000);

        expect(stand.axis().state().stopLatched).toBe(true);
        expect(['stopping', 'errorStop', 'disabled']).toContain(stand.axis().state().state);
        expect(stand.motions().slice(motions)).toEqual([]);
        expect(stand.sent.slice(before).filter(startsMotion)).toEqual([]);
      }),
      runs(3),
    );
  }, 60_000);

  test('and motion itself do not outlive the device process: the next one finds the axis stopped or without power', async () => {
    const moment = fc.integer({ min: 1, max: 1500 });
    await fc.assert(
      fc.asyncProperty(moment, fc.boolean(), moment, async (killAtMs, wasStopped, backAfterMs) => {
        const stand = await startStand();
        await stand.until(stand.axis().submit('move-absolute', { position: 100 }));
        if (wasStopped) void stand.axis().stop('before');
        await stand.pass(killAtMs);
        await stand.kill();
        await stand.pass(backAfterMs);

        await stand.restart();
        await stand.pass(1500);
        const at = stand.shaft();
        await stand.pass(1500);

        expect(['stopping', 'disabled', 'errorStop']).toContain(stand.axis().state().state);
        expect(stand.shaft()).toEqual({ ...at, velocity: 0 });
      }),
      runs(3),
    );
  }, 60_000);
});

async function happen(what: string, stand: Stand): Promise<void> {
  const { broker } = stand;
  const axis = stand.axis();
  const atMs = stand.clock.nowMs();
  if (what === 'unplug') stand.mishap({ kind: 'unplug', ms: 700 });
  else if (what === 'replug') stand.heal();
  else if (what === 'broker away' || what === 'broker back') broker.setOnline(what === 'broker back');
  else if (what === 'take lease') await taken(stand);
  else if (what === 'break lease') axis.lease.break('another shift');
  else if (what === 'reboot') stand.machine().injectFault('reboot', { atMs });
  else if (what === 'fault') stand.machine().injectFault('over-current', { atMs });
  else if (what !== 'pass') {
    const body = what === 'move-absolute' ? { position: 5 } : {};
    axis.submit(what as never, body as never).catch(onlyRefusals);
  }
  await stand.pass(230);
}

const taken = (stand: Stand): Promise<void> =>
  Promise.resolve()
    .then(() => void stand.axis().lease.take({ owner: 'ann', ttlMs: 600 }))
    .catch(onlyRefusals);
