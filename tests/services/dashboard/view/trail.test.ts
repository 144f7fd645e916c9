import { expect, test } from 'vitest';
import { extendTrail, type Trail, TRAIL_MS, trailPath } from '../../../../services/dashboard/src/view/trail.ts';

const frame = { range: [0, 100], nowMs: 30_000, width: 300, height: 100 } as const;
const trailOf = (...points: readonly (readonly [number, number | null])[]): Trail =>
  points.reduce<Trail>((trail, [atMs, position]) => extendTrail(trail, { atMs, position }), []);

test('the newest reading is drawn at the right edge, the high end of the range at the top', () => {
  expect(trailPath(trailOf([30_000, 100]), frame)).toBe('M300.0 0.0L300.0 0.0');
});

test('a rest without reports is drawn level, not as a slope to the next reading', () => {
  const path = trailPath(trailOf([0, 0], [30_000, 100]), frame);
  expect(path).toBe('M0.0 100.0L299.2 100.0L300.0 0.0L300.0 0.0');
});

test('a time of not knowing is a gap', () => {
  const path = trailPath(trailOf([0, 50], [10_000, null], [20_000, 50]), frame);
  expect(path.match(/M/g)).toHaveLength(2);
});

test('a trail keeps half a minute, however long the page is open', () => {
  let trail: Trail = [];
  for (let atMs = 0; atMs < 600_000; atMs += 100) trail = extendTrail(trail, { atMs, position: 1 });
  expect(trail.length).toBeLessThanOrEqual(TRAIL_MS / 100 + 3);
});
