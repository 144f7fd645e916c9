import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deriveAxisState, mustBeStoppedAtAttach, freshForMs } from '../../../../services/device/domain/axis-state.ts';
import { createCommandLedger, fingerprintOf } from '../../../../services/device/domain/command-ledger.ts';
import { createMotionEpoch } from '../../../../services/device/domain/motion-epoch.ts';

describe('the state of an axis', () => {
  const facts = { stopLatched: false, errorLatched: false, motion: null } as const;
  const powers = [
    'not-ready',
    'disabled',
    'ready',
    'enabled',
    'quick-stop',
    'fault-reaction',
    'fault',
    'unknown',
  ] as const;

  test('is unknown without a fresh reading, whatever was latched or commanded', () => {
    expect(deriveAxisState({ fresh: null, stopLatched: true, errorLatched: true, motion: 'homing' })).toBe('unknown');
  });

  test('follows the power state when nothing else speaks', () => {
    expect(powers.map((power) => deriveAxisState({ ...facts, fresh: { power } }))).toEqual([
      'disabled',
      'disabled',
      'disabled',
      'standstill',
      'stopping',
      'errorStop',
      'errorStop',
      'unknown',
    ]);
  });

  test('error goes before stop, stop before power, power before command', () => {
    const enabled = { power: 'enabled' } as const;
    const all = { fresh: enabled, stopLatched: true, errorLatched: true, motion: 'discreteMotion' } as const;
    expect(deriveAxisState(all)).toBe('errorStop');
    expect(deriveAxisState({ ...all, errorLatched: false })).toBe('stopping');
    expect(deriveAxisState({ ...all, errorLatched: false, stopLatched: false })).toBe('discreteMotion');
    expect(deriveAxisState({ ...facts, fresh: { power: 'ready' }, motion: 'discreteMotion' })).toBe('disabled');
  });

  test('a drive that moves, might move, is powered or in fault at attach is stopped; one at rest without power is not', () => {
    const stopped = powers.filter((power) => mustBeStoppedAtAttach({ power, moving: false }));
    expect(stopped).toEqual(['enabled', 'quick-stop', 'fault-reaction', 'fault', 'unknown']);
    expect(mustBeStoppedAtAttach({ power: 'disabled', moving: null })).toBe(true);
    expect(mustBeStoppedAtAttach({ power: 'disabled', moving: true })).toBe(true);
  });

  test('a drive that cannot be switched off is found enabled every time: at attach only motion stops it', () => {
    const stopped = powers.filter((power) => mustBeStoppedAtAttach({ power, moving: false }, false));
    expect(stopped).toEqual(['quick-stop', 'fault-reaction', 'fault', 'unknown']);
    expect(mustBeStoppedAtAttach({ power: 'enabled', moving: true }, false)).toBe(true);
    expect(mustBeStoppedAtAttach({ power: 'enabled', moving: null }, false)).toBe(true);
  });

  test('readings may be three polls old, and at least 300 ms', () => {
    expect([freshForMs(20), freshForMs(200)]).toEqual([300, 600]);
  });
});

describe('the ledger of commands', () => {
  test('knows a body whatever the order of its fields, and another body for what it is', () => {
    const ledger = createCommandLedger<string>(10, () => true);
    ledger.add('a', fingerprintOf('move', { position: 1, velocity: 2 }), 'first');

    expect(ledger.find('a', fingerprintOf('move', { velocity: 2, position: 1, ttlMs: undefined }))).toEqual({
      known: 'first',
    });
    expect(ledger.find('a', fingerprintOf('move', { position: 1 }))).toBe('other-body');
    expect(ledger.find('a', fingerprintOf('arm', { position: 1, velocity: 2 }))).toBe('other-body');
    expect(ledger.find('b', '')).toBe('new');
  });

  test('is bounded, and forgets the oldest that has ended', () => {
    const running = new Set(['0']);
    const ledger = createCommandLedger<string>(3, (id) => !running.has(id));
    for (const id of ['0', '1', '2', '3']) ledger.add(id, '', id);

    expect(['0', '1', '2', '3'].map((id) => ledger.get(id))).toEqual(['0', null, '2', '3']);
  });
});

test('a stop closes every fence given out before it, and none given out after', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('fence', 'stop'), { maxLength: 30 }), (history) => {
      const epoch = createMotionEpoch();
      const fences: { at: number; open: () => boolean }[] = [];
      for (const [at, what] of history.entries()) {
        if (what === 'stop') epoch.bump();
        else fences.push({ at, open: epoch.fence() });
      }
      const lastStop = history.lastIndexOf('stop');
      for (const { at, open } of fences) expect(open()).toBe(at > lastStop);
    }),
  );
});
