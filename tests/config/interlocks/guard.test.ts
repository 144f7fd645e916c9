import { describe, expect, test } from 'vitest';
import { axisNowOf, InterlockGuard, type AxisNow, type MotionOrder } from '../../../config/interlocks/index.ts';
import { seededRandom } from '../../../drivers/base/index.ts';
import { GOOD, linesOf, siteOf } from '../site-text.ts';
import { emptyTally, runHistory, type Tally, type Weakness } from './moving-axes.ts';

const withRules = (rules: string): string => `${GOOD}interlocks:\n${rules}`;

describe('interlocks in a site file', () => {
  test('are read as one condition each, over the drives they name', () => {
    const site = siteOf(
      withRules(`  - { drive: left, may: move, only: "right.position > 50", because: "the arm passes below" }
  - { never: { left: [100, 200], right: [0, 50] } }
  - { never: { left: [300, 310] } }
  - { oneAtATime: [left, right] }
`),
    );

    expect(site.interlocks.map(({ words, drives }) => [words, drives])).toEqual([
      ['left may move only while right.position > 50 (the arm passes below)', ['left', 'right']],
      ['never left in 100 to 200 and right in 0 to 50 at once', ['left', 'right']],
      ['never left in 300 to 310', ['left']],
      ['only one of left, right moves at a time', ['left', 'right']],
    ]);
  });

  test('that are wrong are refused all at once, each at its line', () => {
    const found = linesOf(
      withRules(`  - { drive: lft, may: move, only: "right.positon > 50" }
  - { never: { left: [200, 100], right: [0, 50] } }
  - { drive: left }
  - { oneAtATime: [left, middle] }
  - { oneAtATime: [left, left] }
  - { drive: left, may: fly, only: "right.position" }
`),
    ).join('\n');

    expect(found).toContain('interlocks.0.drive: unknown drive "lft"; did you mean "left"?');
    expect(found).toContain('interlocks.0.only: unknown reading "positon"; did you mean "position"?');
    expect(found).toContain('interlocks.1.never.left: found [200, 100], expected the smaller first');
    expect(found).toContain('interlocks.2: expected exactly one of only (with drive), never and oneAtATime');
    expect(found).toContain('interlocks.3.oneAtATime.1: unknown drive "middle"');
    expect(found).toContain('interlocks.4.oneAtATime.1: "left" is in this list already');
    expect(found).toContain('interlocks.5.may: found the text "fly", expected move');
    expect(found).toContain('interlocks.5.only: gives a number');
  });
});

const ZONES = '  - { never: { left: [100, 200], right: [0, 50] } }\n';

interface Bench {
  readonly guard: InterlockGuard;
  readonly clock: { nowMs: number };
  /** What is known of an axis from now on; null when nothing is. */
  readonly see: (drive: 'left' | 'right', seen: Partial<Parameters<typeof axisNowOf>[0]> | null) => void;
  /** Asks; what is permitted has begun. The words of the refusal, or "permitted". */
  readonly ask: (drive: 'left' | 'right', order: MotionOrder) => string;
}

function benchOf(rules: string): Bench {
  const site = siteOf(withRules(rules));
  const clock = { nowMs: 1000 };
  const known = new Map<string, AxisNow | null>();
  const axis = site.drives.get('left')!.axis;
  const guard = new InterlockGuard({
    interlocks: site.interlocks,
    bounds: new Map([...site.drives].map(([id, drive]) => [id, { ...drive.axis, latencyS: 0.4 }])),
    nowMs: () => clock.nowMs,
    now: (drive) => known.get(drive) ?? null,
  });
  const rest = { state: 'standstill', position: 0, velocity: 0, moving: false, homed: true, target: null };
  return {
    guard,
    clock,
    see(drive, seen) {
      clock.nowMs += 1;
      known.set(drive, axisNowOf(seen && { ...rest, command: null, armed: null, ...seen }, axis, clock.nowMs));
    },
    ask(drive, order) {
      const admitted = guard.admit(drive, order);
      if (!admitted.ok) return admitted.detail;
      clock.nowMs += 1;
      admitted.permission.begun();
      return 'permitted';
    },
  };
}

const to = (position: number, ramp: object = {}): MotionOrder => ({
  command: 'move-absolute',
  body: { position, ...ramp },
});
const moving = (position: number, target: number, velocity = 50): object => ({
  state: 'discreteMotion',
  position,
  velocity,
  moving: true,
  target,
  command: { command: 'move-absolute' },
});

describe('a motion is asked for', () => {
  test('and refused with the rule, both axes, both positions and what to do', () => {
    const { see, ask } = benchOf(ZONES);
    see('left', { position: 20 });
    see('right', { position: 10 });

    expect(ask('left', to(150))).toBe(
      'move-absolute of left is forbidden by interlocks.0: never left in 100 to 200 and right in 0 to 50 at once. ' +
        'left is at 20 mm and may pass 20 to 150.1 mm; right is at 10 mm. Bring right out of its zone first.',
    );
    expect(ask('left', to(99))).toBe('permitted');
  });

  test('also when it only passes through', () => {
    const { see, ask } = benchOf(ZONES);
    see('left', { position: 20 });
    see('right', { position: 10 });

    expect(ask('left', to(300))).toContain('may pass 20 to 300.1 mm');
  });

  test('beside an axis whose state or position is not known it is refused', () => {
    const { see, ask } = benchOf(ZONES);
    see('left', { position: 20 });
    see('right', null);
    expect(ask('left', to(150))).toContain(
      'the state of right is not known. Bring right back first: nothing moves beside an axis that does not answer.',
    );

    see('right', { position: 300, homed: false });
    expect(ask('left', to(150))).toContain('the position of right is not known. Home right first');
    expect(ask('left', to(50))).toBe('permitted');
  });

  test('of two at the same instant the second finds the first on its way', () => {
    const { see, ask } = benchOf(ZONES);
    see('left', { position: 20 });
    see('right', { position: 300 });

    expect(ask('left', to(150))).toBe('permitted');
    expect(ask('right', to(10))).toContain(
      'left is at 20 mm and may pass 20 to 150.1 mm. Wait until left rests, or halt it.',
    );
  });

  test('and its place is free again as soon as a later reading shows it at rest', () => {
    const { see, ask, clock } = benchOf(ZONES);
    see('left', { position: 20 });
    see('right', { position: 300 });
    expect(ask('left', to(150))).toBe('permitted');
    see('left', moving(120, 150));
    clock.nowMs += 500;
    expect(ask('right', to(10))).toContain('forbidden');

    see('left', { position: 99 });
    clock.nowMs += 500;
    expect(ask('right', to(10))).toBe('permitted');
  });

  test('a reading from before it began frees nothing', () => {
    const { see, guard, clock } = benchOf(ZONES);
    see('left', { position: 20 });
    see('right', { position: 300 });
    const admitted = guard.admit('left', to(150));
    expect(admitted.ok).toBe(true);
    // asked, on its way, not begun yet: it still looks at rest
    clock.nowMs += 5000;

    expect(guard.admit('right', to(10)).ok).toBe(false);
    if (admitted.ok) admitted.permission.takeBack();
    expect(guard.admit('right', to(10)).ok).toBe(true);
  });

  test.each([
    ['jog', { velocity: 5 }, 'permitted'],
    ['jog', { velocity: -5 }, 'forbidden'],
    ['move-velocity', { velocity: 50, maxDistance: 1 }, 'permitted'],
    ['move-velocity', { velocity: -50, maxDistance: 1 }, 'forbidden'],
    ['move-relative', { distance: 30 }, 'permitted'],
    ['move-relative', { distance: -30 }, 'forbidden'],
    ['arm', { position: 190 }, 'forbidden'],
    ['home', {}, 'forbidden'],
    ['enable', {}, 'permitted'],
    ['halt', {}, 'permitted'],
  ])('%s %j from 220 beside a zone that ends at 200 is %s', (command, body, answer) => {
    const { see, ask } = benchOf(ZONES);
    see('left', { position: 220 });
    see('right', { position: 10 });

    expect(ask('left', { command, body })).toContain(answer);
  });

  test('where its plan says where it will end, that counts and no more', () => {
    const { see, ask } = benchOf(ZONES);
    see('left', { position: 220 });
    see('right', { position: 10 });

    expect(ask('left', { command: 'jog', body: { velocity: -5 }, target: 205 })).toBe('permitted');
  });

  test('with a gentler ramp, it counts where it comes to rest and not where it is sent', () => {
    const { see, ask } = benchOf(ZONES);
    see('left', { position: 20 });
    see('right', { position: 10 });
    expect(ask('left', to(98))).toBe('permitted');
    see('left', moving(80, 98));

    expect(ask('left', to(90))).toBe('permitted');
    expect(ask('left', to(90, { deceleration: 20 }))).toContain('forbidden');
  });

  test('with a gentler ramp than one that is on its way, it counts that it may meet the other at full speed', () => {
    const { see, guard, clock } = benchOf(ZONES);
    see('left', { position: 20 });
    see('right', { position: 10 });
    const first = guard.admit('left', to(80));
    clock.nowMs += 1;

    expect(guard.admit('left', to(70, { deceleration: 30 })).ok).toBe(false);
    if (first.ok) first.permission.begun();
    expect(guard.admit('left', to(70, { deceleration: 30 })).ok).toBe(false);
    expect(guard.admit('left', to(70)).ok).toBe(true);
  });

  test('a halt of its own, gentler ramp is asked for too; a plain one never', () => {
    const { see, ask } = benchOf(ZONES);
    see('left', { position: 20 });
    see('right', { position: 10 });
    expect(ask('left', to(98))).toBe('permitted');
    see('left', moving(80, 98));

    expect(ask('left', { command: 'halt', body: { deceleration: 20 } })).toContain('halt of left is forbidden');
    expect(ask('left', { command: 'halt', body: {} })).toBe('permitted');
    expect(ask('left', { command: 'halt', body: { deceleration: 200 } })).toBe('permitted');
  });

  test('one that may move only under a condition keeps the other from breaking it', () => {
    const { see, ask } = benchOf('  - { drive: left, may: move, only: "right.position > 50" }\n');
    see('left', { position: 20 });
    see('right', { position: 10 });
    expect(ask('left', to(30))).toContain('right is at 10 mm. Make the condition true first.');
    expect(ask('right', to(100))).toBe('permitted');
    see('right', { position: 100 });

    expect(ask('left', to(30))).toBe('permitted');
    expect(ask('right', to(10))).toContain('Wait until left rests');
    expect(ask('right', to(80))).toBe('permitted');
  });

  test('where only one may move at a time, the other waits', () => {
    const { see, ask } = benchOf('  - { oneAtATime: [left, right] }\n');
    see('left', {});
    see('right', {});
    expect(ask('left', to(30))).toBe('permitted');

    expect(ask('right', to(30))).toContain('Wait until left rests, or halt it.');
  });
});

/** Beside another in its own zone. */
function inside(position: number): Bench {
  const bench = benchOf(ZONES);
  bench.see('left', { position });
  bench.see('right', { position: 10 });
  return bench;
}

describe('an axis that stands in its zone already', () => {
  test.each([
    [110, 90, 'permitted'],
    [110, 105, 'permitted'],
    [110, 120, 'forbidden'],
    [110, 250, 'forbidden'],
    [190, 250, 'permitted'],
    [190, 90, 'forbidden'],
  ])('at %s may go to %s by the nearer end only: %s', (position, target, answer) => {
    expect(inside(position).ask('left', to(target))).toContain(answer);
  });

  test('is not halted on its way out, and keeps the other where it is', () => {
    const { see, ask, guard } = inside(110);
    expect(ask('left', to(90))).toBe('permitted');
    see('left', moving(105, 90, -50));

    expect(guard.broken()).toEqual([]);
    expect(ask('right', to(20))).toContain('forbidden');
    expect(ask('left', to(120))).toContain('forbidden');
  });

  test('has no way out beside another that moves or is not known', () => {
    const { see, ask } = inside(110);
    see('right', moving(10, 20));
    expect(ask('left', to(90))).toContain('forbidden');
    see('right', null);
    expect(ask('left', to(90))).toContain('forbidden');
  });

  test('where its range ends inside the zone, goes out by the other end', () => {
    const { see, ask } = benchOf('  - { never: { left: [100, 400], right: [0, 50] } }\n');
    see('left', { position: 390 });
    see('right', { position: 10 });

    expect(ask('left', to(395))).toContain('forbidden');
    expect(ask('left', to(90))).toBe('permitted');
  });
});

describe('what moves is watched', () => {
  test('by where it heads for, when nobody asked', () => {
    const { see, guard } = benchOf(ZONES);
    see('right', { position: 10 });
    see('left', { position: 20, command: { command: 'move-absolute' }, target: 150 });
    expect(guard.broken().map(({ movers }) => movers)).toEqual([['left']]);
    expect(guard.broken()[0]?.words).toContain('left is at 20 mm on its way to 150 mm; right is at 10 mm');

    see('left', moving(20, 90));
    expect(guard.broken()).toEqual([]);
  });

  test('by the way in which it can be halted, when it says not even that', () => {
    const { see, guard } = benchOf(ZONES);
    see('right', { position: 10 });
    // 50 mm/s, 0.4 s old at worst: 20 mm on, 16 mm by what it gained, 47 mm to brake from 130 mm/s
    see('left', { position: 10, velocity: 50, moving: true });
    expect(guard.broken()).toEqual([]);
    see('left', { position: 20, velocity: 50, moving: true });
    expect(guard.broken()).toHaveLength(1);
  });

  test('when it leaves what it was permitted', () => {
    const { see, ask, guard } = benchOf(ZONES);
    see('left', { position: 20 });
    see('right', { position: 10 });
    expect(ask('left', to(90))).toBe('permitted');
    see('left', moving(50, 90));
    expect(guard.broken()).toEqual([]);

    see('left', moving(50, 150));
    expect(guard.broken()).toHaveLength(1);
  });

  test('when something else moves it within what it was permitted, unless it brakes', () => {
    const { see, ask, guard } = benchOf(ZONES);
    see('left', { position: 20 });
    see('right', { position: 10 });
    expect(ask('left', to(98))).toBe('permitted');
    see('left', { position: 50, velocity: 50, moving: true });
    expect(guard.broken()).toHaveLength(1);

    see('left', { position: 50, velocity: 50, moving: true, command: { command: 'halt' } });
    expect(guard.broken()).toEqual([]);
  });

  test('and halted when the other is not known any more', () => {
    const { see, ask, guard } = benchOf(ZONES);
    see('left', { position: 20 });
    see('right', { position: 300 });
    expect(ask('left', to(150))).toBe('permitted');
    see('left', moving(50, 150));
    see('right', null);

    expect(guard.broken().map(({ movers }) => movers)).toEqual([['left']]);
  });

  test('and halted itself when it is lost sight of on its way', () => {
    const { see, guard } = benchOf(ZONES);
    see('left', moving(20, 90));
    see('right', { position: 10 });
    expect(guard.broken()).toEqual([]);
    see('left', null);

    expect(guard.broken().map(({ movers }) => movers)).toEqual([['left']]);
  });

  test('where nothing moves, nothing is halted, known or not', () => {
    const { see, guard } = benchOf(ZONES);
    see('left', { position: 150 });
    see('right', null);
    expect(guard.broken()).toEqual([]);

    see('right', { position: 10 });
    expect(guard.broken()).toEqual([]);
  });
});

const historiesOf = (count: number, weakness: Weakness = {}): Tally => {
  const random = seededRandom(11);
  const tally = emptyTally();
  for (let history = 0; history < count; history += 1) runHistory(random, tally, weakness);
  return tally;
};

describe('axes that move under a guard', () => {
  test('never come where an interlock forbids it, whatever is commanded, heard late or not at all', () => {
    const tally = historiesOf(100);

    expect(tally.breaches).toEqual([]);
    expect(tally.motions).toBeGreaterThan(200);
    expect(tally.refusals).toBeGreaterThan(100);
  });

  test.each([
    ['nobody were asked', { asksNobody: true }],
    ['nothing were watched', { watchesNothing: true, unasked: 0.6 }],
    ['old readings were believed', { believesStale: true, unasked: 0.6, heardOften: [0.008, 0.3] }],
    ['no way were left for a halt', { latencyS: 0, unasked: 0.6 }],
  ])('would come there if %s: the trial can tell', (_what, weakness) => {
    expect(historiesOf(400, weakness).breaches.length).toBeGreaterThan(0);
  });
});
