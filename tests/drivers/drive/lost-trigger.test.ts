import { describe, expect, test } from 'vitest';
import type { Signals } from '../../../drivers/profile/index.ts';
import { judgeLostTrigger } from '../../../drivers/drive/lost-trigger.ts';

const acknowledged = { signal: 'statusword', mask: 0x1000, equals: 0x1000 } as const;
const trigger = { do: 'trigger', values: { controlword: 0x3f }, proof: [acknowledged] } as const;
const shown = (equals: number) => ({ signal: 'targetMonitor', mask: -1, equals }) as const;

describe('a trigger whose answer was lost', () => {
  test.each<[string, [before: Signals, after: Signals], string]>([
    ['the counter rose by one', [{ setpointCounter: 4 }, { setpointCounter: 5 }], 'executed'],
    ['the counter rose over its end', [{ setpointCounter: 0xffff }, { setpointCounter: 0 }], 'executed'],
    [
      'the counter rose although the register reads otherwise',
      [{ setpointCounter: 4 }, { setpointCounter: 5, controlword: 0x0f }],
      'executed',
    ],
    ['the drive acknowledges', [{ statusword: 0x27 }, { statusword: 0x1027 }], 'executed'],
    ['the register holds it', [{}, { statusword: 0x27, controlword: 0x3f }], 'executed'],
    ['the register holds the word before', [{}, { statusword: 0x27, controlword: 0x0f }], 'not-executed'],
    ['the counter stood still', [{ setpointCounter: 4 }, { setpointCounter: 4, statusword: 0x27 }], 'not-executed'],
    ['nothing can be told', [{}, { statusword: 0x27 }], 'unknown'],
    ['the counter jumped', [{ setpointCounter: 4 }, { setpointCounter: 9 }], 'unknown'],
  ])('%s', (_, [before, after], verdict) => {
    expect(judgeLostTrigger(trigger, before, after)).toBe(verdict);
  });

  test('that cannot be read back was not obeyed when the drive still shows what it was told before', () => {
    const silent = {
      do: 'trigger',
      values: { directDataTrigger: 10 },
      proof: [shown(-500)],
      disproof: [shown(70)],
    } as const;
    expect(judgeLostTrigger(silent, {}, { targetMonitor: 70 })).toBe('not-executed');
    expect(judgeLostTrigger(silent, {}, { targetMonitor: -500 })).toBe('executed');
    expect(judgeLostTrigger(silent, {}, { targetMonitor: 3 })).toBe('unknown');
  });

  test('that is a pulse is judged by what proves it alone: its word may stand there from before, or be gone already', () => {
    const running = { signal: 'motorState', mask: 1, equals: 1 } as const;
    const pulse = { do: 'trigger', values: { controlword: 0x11 }, proof: [running], isPulse: true } as const;
    expect(judgeLostTrigger(pulse, {}, { controlword: 0x11, motorState: 0 })).toBe('unknown');
    expect(judgeLostTrigger(pulse, {}, { controlword: 0x12, motorState: 0 })).toBe('unknown');
    expect(judgeLostTrigger(pulse, {}, { controlword: 0x12, motorState: 1 })).toBe('executed');
  });
});
