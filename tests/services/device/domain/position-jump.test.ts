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
  { what: 'rests', distance: 0, elapsedMs: 20, jump: null },
  { what: 'goes at full speed', distance: 2000, elapsedMs: 20, jump: null },
  { what: 'overshoots full speed by half', distance: 3000, elapsedMs: 20, jump: null },
  { what: 'twitches by a tenth of a revolution as power goes', distance: 1000, elapsedMs: 0, jump: null },
  { what: 'was not read for a second and moved meanwhile', distance: 100_000, elapsedMs: 1000, jump: null },
  { what: 'counts from zero again', distance: 500_000, elapsedMs: 20, jump: 500_000 },
  { what: 'counts from zero again after a second of silence', distance: 500_000, elapsedMs: 1000, jump: 500_000 },
])('a shaft that $what', ({ distance, elapsedMs, jump }) => {
  expect(positionJump(at(1000, distance), at(1000 + elapsedMs, 0), axis)).toBe(jump);
  expect(positionJump(at(1000, 0), at(1000 + elapsedMs, distance), axis)).toBe(jump);
});

test('a position that was not read says nothing', () => {
  expect(positionJump(null, at(0, 5), axis)).toBeNull();
  expect(positionJump(at(0, null), at(20, 1e9), axis)).toBeNull();
  expect(positionJump(at(0, 1e9), at(20, null), axis)).toBeNull();
});
