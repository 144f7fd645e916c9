import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Refusal } from '../../services/contracts/index.ts';
import { runs } from './runs.ts';
import { startsMotion, startStand, type Stand } from './stand.ts';

const TTL_MS = 500;
/** v (ttl + L) + v^2 / 2B, written down a second time; and what a servo lags behind its ramp. */
const boundOf = (velocity: number): number => (velocity * (TTL_MS + 100)) / 1000 + velocity ** 2 / 400 + 0.1;

const jogged = (velocity: number, stand: Stand): Promise<unknown> =>
  stand.axis().submit('jog', { velocity, ttlMs: TTL_MS });

describe('what is lost', () => {
  test('30: with client, broker or device process gone a jog ends within its bound', async () => {
    const gone = fc.constantFrom('client', 'broker', 'device process', 'line');
    const velocity = fc.integer({ min: 5, max: 50 });
    await fc.assert(
      fc.asyncProperty(gone, velocity, fc.nat(4), fc.integer({ min: 0, max: 240 }), async (...given) => {
        const [what, speed, renewals, afterMs] = given;
        const stand = await startStand();
        await jogged(speed, stand);
        for (let renewal = 0; renewal < renewals; renewal++) {
          await stand.pass(250);
          await jogged(speed, stand);
        }
        const from = stand.shaft().position;
        await stand.pass(afterMs);

        if (what === 'broker') stand.broker.setOnline(false);
        if (what === 'device process') await stand.kill();
        if (what === 'line') stand.mishap({ kind: 'unplug' });
        await stand.pass(2500);

        expect(stand.shaft().velocity).toBe(0);
        expect(stand.shaft().position - from).toBeLessThanOrEqual(boundOf(speed));
      }),
      runs(4),
    );
  }, 60_000);

  test('32: after a lost line, a tripped watchdog or a reboot in motion nothing goes on by itself, and a lost reference is told', async () => {
    const trouble = fc.constantFrom('line', 'watchdog', 'reboot');
    await fc.assert(
      fc.asyncProperty(trouble, fc.integer({ min: 50, max: 1200 }), fc.boolean(), async (what, atMs, isQueued) => {
        const stand = await startStand();
        await stand.run('set-position', { position: 0 });
        void stand.until(stand.axis().submit('move-absolute', { position: 150, velocity: 30 }));
        if (isQueued) void stand.axis().submit('move-absolute', { position: 10, bufferMode: 'buffered' });
        await stand.pass(atMs);
        const isHomedBefore = stand.axis().state().homed;

        happen(what, stand);
        await stand.pass(what === 'line' ? 300 : 1500);
        const sent = stand.sent.length;
        stand.heal();
        await stand.pass(3000);
        const at = stand.shaft();
        await stand.pass(6000);

        expect(isHomedBefore).toBe(true);
        expect(['stopping', 'disabled', 'errorStop']).toContain(stand.axis().state().state);
        expect(stand.sent.slice(sent).filter(startsMotion)).toEqual([]);
        expect(stand.shaft()).toEqual({ position: at.position, velocity: 0 });
        expect(what === 'reboot' && stand.axis().state().homed === true).toBe(false);
        await expect(stand.axis().submit('move-absolute', { position: 1 })).rejects.toThrow(Refusal);
      }),
      runs(3),
    );
  }, 60_000);
});

function happen(what: string, stand: Stand): void {
  if (what === 'line') stand.mishap({ kind: 'unplug' });
  // every question gets lost: the drive hears nothing for longer than its watchdog allows
  else if (what === 'watchdog') stand.mishap({ kind: 'drop', way: 'request' });
  else stand.machine().injectFault('reboot', { atMs: stand.clock.nowMs() });
}
