import { expect, test } from 'vitest';
import { Counts } from '../../../../drivers/base/index.ts';
import type { DriveSample, DriveState } from '../../../../drivers/drive/index.ts';
import { positionJump } from '../../../../services/device/domain/position-jump.ts';

/** 10 revolutions a second. */
const axis = { maxVelocityCounts: 100_000, countsPerRevolution: 10_000 };

const at = (atMs: number, position: number | null): DriveSample => ({
  state: { position: position === null ? null : Counts(position) } as DriveState,
  sampledAtMs: atMs,
  sampledAtUnixMs: atMs,
  number: 1,
});

test.each([
  ['rests', 0, 20, null],
  ['goes at full speed', 2000, 20, null],
  ['overshoots full speed by half', 3000, 20, null],
  ['twitches by a tenth of a revolution as power goes', 1000, 0, null],
  ['was not read for a second and moved meanwhile', 100_000, 1000, null],
  ['counts from zero again', 500_000, 20, 500_000],
  ['counts from zero again after a second of silence', 500_000, 1000, 500_000],
])('a shaft that %s', (_, distance, elapsedMs, jump) => {
  expect(positionJump(at(1000, distance), at(1000 + elapsedMs, 0), axis)).toBe(jump);
  expect(positionJump(at(1000, 0), at(1000 + elapsedMs, distance), axis)).toBe(jump);
});

test('a position that was not read says nothing', () => {
  expect(positionJump(null, at(0, 5), axis)).toBeNull();
  expect(positionJump(at(0, null), at(20, 1e9), axis)).toBeNull();
  expect(positionJump(at(0, 1e9), at(20, null), axis)).toBeNull();
});
