import { expect, test } from 'vitest';
import { GroupCommands, type GroupMovePath } from '../../../../../services/contracts/index.ts';
import type { Members } from '../../../../../services/orchestrator/domain/move-plan.ts';
import { planPath, type PathPlan } from '../../../../../services/orchestrator/domain/path/plan-path.ts';
import { describeDrive, standing } from '../../fake-site.ts';

const NOW = Date.UTC(2026, 0, 1);

/** Two axes of 0 to 400 mm, 80 mm/s and 200 mm/s2, on one line, at rest at 100 and 200 mm. */
function members(change: (drive: string) => object = () => ({})): Members {
  const at = { left: 100, right: 200 } as const;
  return {
    group: 'lift',
    entries: new Map(
      (['left', 'right'] as const).map((drive, index) => [
        drive,
        {
          description: {
            ...describeDrive(drive, 'bench', index + 1),
            path: { mode: 'blending' as const, reason: null },
            ...change(drive),
          },
          state: standing(drive, at[drive]),
          availability: 'online' as const,
          lineAvailability: 'online' as const,
          heardAtMs: 0,
        },
      ]),
    ),
    nowMs: 0,
    nowUnixMs: NOW,
    starts: { lineOf: () => 'bench', isByOneFrame: () => true, gapMs: () => 15 },
    maxStartSkewMs: 50,
  };
}

const path = (points: GroupMovePath['points'], more: Partial<GroupMovePath> = {}): GroupMovePath => ({
  drives: ['left', 'right'],
  points,
  ...more,
});

const refusal = (asked: GroupMovePath, of = members()): string => {
  const planned = planPath(asked, of);
  if (planned.ok) throw new Error('the path was taken');
  return `${planned.problem.code} ${planned.problem.detail} ${planned.problem.errors?.map((each) => (each as { code?: string }).code).join() ?? ''}`;
};
function plan(asked: GroupMovePath, of = members()): PathPlan {
  const planned = planPath(asked, of);
  if (!planned.ok) throw new Error(planned.problem.detail);
  return planned.plan;
}

const bodyProblems = (body: object): string[] =>
  (GroupCommands['move-path'].safeParse(body).error?.issues ?? []).map(({ path: at }) => at.join('.'));

test('a body with other counts of values, times that do not rise, a drive twice or an end in motion is refused', () => {
  const point = { positions: [100, 200], timeFromStartMs: 1000 };
  expect(bodyProblems({ drives: ['left', 'right'], points: [point] })).toEqual([]);
  expect(bodyProblems({ drives: ['left'], points: [point] })).toEqual(['points.0.positions']);
  expect(bodyProblems({ drives: ['left', 'left'], points: [point] })).toEqual(['drives']);
  expect(bodyProblems({ drives: ['left', 'right'], points: [point, point] })).toEqual(['points.1.timeFromStartMs']);
  expect(bodyProblems({ drives: ['left', 'right'], points: [point, { positions: [1, 2] }] })).toEqual([
    'points.1.timeFromStartMs',
  ]);
  expect(bodyProblems({ drives: ['left', 'right'], points: [{ ...point, velocities: [0, 1] }] })).toEqual([
    'points.0.velocities',
  ]);
  expect(bodyProblems({ drives: ['left', 'right'], points: [{ ...point, velocities: [0] }] })).toEqual([
    'points.0.velocities',
  ]);
});

const at = (left: number, timeFromStartMs: number) => ({ positions: [left, 200], timeFromStartMs });

test('beyond range, velocity or acceleration nothing is planned, and the refusal names drive, point and limit', () => {
  expect(refusal(path([at(150, 2000), at(401, 6000)]))).toMatch(/left on its way to point 2 of 2: 401 mm, .*softLimit/);
  expect(refusal(path([at(200, 1500)]))).toMatch(/left on its way to point 1 of 1: 100 mm\/s, at most 80.*velocity/);
  expect(refusal(path([at(110, 400)]))).toMatch(
    /left on its way to point 1 of 1: 375 mm\/s2, at most 200.*acceleration/,
  );
});

test('velocities that were given may carry an axis beyond its range between two points inside it: that is refused too', () => {
  const points = [
    { positions: [395, 200], velocities: [40, 0], timeFromStartMs: 9000 },
    { positions: [395, 200], velocities: [0, 0], timeFromStartMs: 10_000 },
  ];
  expect(refusal(path(points))).toMatch(/left on its way to point 2 of 2: 40\d.* mm, its range is 0 to 400 mm/);
});

test('an override is half the speed: what is too fast then is refused, and what is not lasts as long as asked', () => {
  const half = members();
  const entry = half.entries.get('left')!;
  const slow = {
    ...half,
    entries: new Map(half.entries).set('left', { ...entry, state: { ...entry.state!, override: 0.5 } }),
  };
  const asked = path([{ positions: [160, 200], timeFromStartMs: 2000 }]);
  expect(plan(asked).axes[0]!.segments[0]!.peakVelocity).toBe(45);
  expect(refusal(asked, slow)).toMatch(/45 mm\/s, at most 40/);
});

const peak = (of: PathPlan): number =>
  Math.max(...of.axes.flatMap(({ segments }) => segments.map(({ peakVelocity }) => peakVelocity)));

test('without times it is as fast as the tightest axis allows, and slower by the scale that was asked', () => {
  const points = [{ positions: [180, 240] }, { positions: [300, 300] }, { positions: [200, 200] }];
  const fast = plan(path(points));
  const slow = plan(path(points, { velocityScale: 0.5 }));
  expect(peak(fast)).toBeGreaterThan(60);
  expect(peak(fast)).toBeLessThanOrEqual(80);
  expect(peak(slow)).toBeLessThanOrEqual(40);
  expect(slow.pointsS.at(-1)!).toBeGreaterThan(1.3 * fast.pointsS.at(-1)!);
});

test('without times but with velocities the times follow from them', () => {
  const points = [
    { positions: [140, 220], velocities: [40, 20] },
    { positions: [180, 240], velocities: [40, 20] },
    { positions: [220, 260], velocities: [0, 0] },
  ];
  expect(plan(path(points)).pointsS).toEqual([2, 3, 5]);
});

test('a first point at time 0 is where the members are: anywhere else is refused', () => {
  const end = { positions: [150, 250], timeFromStartMs: 2000 };
  expect(plan(path([{ positions: [100.02, 200], timeFromStartMs: 0 }, end])).pointsS).toEqual([2]);
  expect(refusal(path([{ positions: [110, 200], timeFromStartMs: 0 }, end]))).toMatch(
    /left is at 100 mm, but the path begins at 110/,
  );
});

test('strangers, members that cannot move, and starts that are too late are refused as for a move', () => {
  const points = [{ positions: [150, 250], timeFromStartMs: 2000 }];
  expect(refusal(path(points, { drives: ['left', 'door'] }))).toMatch(/door does not belong to group lift/);
  const off = members();
  const gone = {
    ...off,
    entries: new Map(off.entries).set('left', { ...off.entries.get('left')!, availability: 'offline' as const }),
  };
  expect(refusal(path(points), gone)).toMatch(/left is not online/);
  expect(refusal(path(points, { startAt: new Date(NOW + 100).toISOString() }))).toMatch(/^startTooLate/);
});

test('a target comes as often as the line can carry one to each of its drives; a path that needs more is refused', () => {
  const points = [
    { positions: [130, 230], timeFromStartMs: 1200 },
    { positions: [100, 200], timeFromStartMs: 2400 },
  ];
  const quick = plan(path(points));
  expect(quick).toMatchObject({ mode: 'blending' });
  const slowLine = members(() => ({ setpointMs: 300 }));
  expect(refusal(path(points, { pathTolerance: { left: 0.5 } }), slowLine)).toMatch(
    /left gets a new target every 750 ms and would leave the plan by .*its path tolerance is 0.5.*pathTolerance/,
  );
});

test('one member that takes targets only at rest makes all stop at every point, at times that are possible', () => {
  const stopping = members((drive) =>
    drive === 'right' ? { path: { mode: 'stop-and-go', reason: 'it takes a new target only at rest' } } : {},
  );
  // 40 mm from rest to rest take at least 0.9 s
  const points = [
    { positions: [140, 200], timeFromStartMs: 500 },
    { positions: [180, 240], timeFromStartMs: 3000 },
  ];
  const planned = plan(path(points), stopping);
  expect(planned).toMatchObject({
    mode: 'stop-and-go',
    reason: 'right: it takes a new target only at rest',
    isOnTime: false,
  });
  expect(planned.pointsS[0]).toBeCloseTo(0.9, 2);
  expect(planned.pointsS[1]! - planned.pointsS[0]!).toBeCloseTo(2.5, 2);
  expect(planned.axes[1]!.segments.map(({ distance }) => distance)).toEqual([0, 40]);
});
