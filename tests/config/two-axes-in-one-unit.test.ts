import { describe, expect, test } from 'vitest';
import { linesOf, siteOf } from './site-text.ts';

const base = (left: string, right: string) => `site: robot
lines:
  base: { simulated: { baudRate: 115200 } }
drives:
  left:
    line: base
    unit: 1
    profile: zltech-zlac8015d
    axis: &axis { unit: mm, travelPerRevolution: 500, range: [-9000, 9000], maxVelocity: 500, maxAcceleration: 5000 }
    ${left}
  right:
    line: base
    unit: 1
    profile: zltech-zlac8015d
    axis: *axis
    ${right}
`;

describe('two axes in one unit', () => {
  test('are two drives, each with the registers of its own motor', () => {
    const { drives } = siteOf(base('channel: left', 'channel: right'));

    const [left, right] = [drives.get('left')!, drives.get('right')!];
    expect([left.unit, right.unit]).toEqual([1, 1]);
    expect([left.profile.narrowed?.channel, right.profile.narrowed?.channel]).toEqual(['left', 'right']);
    expect(left.profile.registers.targetPosition?.address).toBe(0x208a);
    expect(right.profile.registers.targetPosition?.address).toBe(0x208c);
    expect(left.profile.registers.controlword).toEqual(right.profile.registers.controlword);
  });

  test('without a channel, or with the same one twice, are refused', () => {
    const [missing] = linesOf(base('watchdogMs: 1000', 'channel: right'));
    expect(missing).toContain('drives.left: is one of the 2 axes of a unit');
    expect(linesOf(base('channel: left', 'channel: left'))).toEqual([
      expect.stringContaining('drives.right.unit: found unit 1, which "left" has already'),
    ]);
  });

  test('have one watchdog and one serial number between them', () => {
    expect(linesOf(base('channel: left', 'channel: right\n    watchdogMs: 500'))).toEqual([
      '17 drives.right.watchdogMs: found 500, but "left" in the same unit has none; the unit has only one',
    ]);
    expect(linesOf(base('channel: left\n    watchdogMs: 500', 'channel: right'))).toEqual([
      expect.stringContaining('drives.right: watchdogMs: found none, but "left" in the same unit has 500'),
    ]);
    expect(linesOf(base('channel: left\n    watchdogMs: 500', 'channel: right\n    watchdogMs: 500'))).toEqual([]);
  });
});
