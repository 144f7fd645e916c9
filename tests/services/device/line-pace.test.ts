import { expect, test } from 'vitest';
import { loadSite, type Site } from '../../../config/index.ts';
import { pollCost, wireCostOf } from '../../../drivers/profile/index.ts';
import { createLinePace, type LineUse } from '../../../services/device/line-pace.ts';
import { fileURLToPath } from 'node:url';

const file = (name: string): string => fileURLToPath(new URL(`../../../config/${name}.yaml`, import.meta.url));
const site = await loadSite(file('demo'), {});
const [line] = site.lines.values();
const [drive] = site.drives.values();
const many = (count: number): NonNullable<typeof drive>[] =>
  Array.from({ length: count }, (_, index) => ({ ...drive!, unit: index + 1 }));

/** One read of one drive, at the 115200 baud of both its factory and its line. */
const readMs = pollCost(drive!.profile, 'fast', wireCostOf(drive!.profile)).ms;

/** So many of them move, and a transaction takes so long; nobody has measured it where nothing is told. */
const use = (hurried: number, transactionMs: number | null = null): LineUse => ({
  hurried: () => hurried,
  transactionMs: () => transactionMs,
});

test('a few drives are read as often as the site file asks', () => {
  const pace = createLinePace(line!, many(3), use(1));

  expect(pace.idleMs(drive!)).toBe(drive!.poll.idleMs);
  expect(pace.movingMs(drive!)).toBe(drive!.poll.movingMs);
});

const paceWith = (hurried: number): ReturnType<typeof createLinePace> => createLinePace(line!, many(30), use(hurried));

test('thirty are read no oftener than the line can carry it; one that moves alone still is as often as asked', () => {
  expect(paceWith(0).idleMs(drive!)).toBeCloseTo((30 * readMs) / 0.8, 6);
  expect(paceWith(1).movingMs(drive!)).toBe(drive!.poll.movingMs);
  expect(paceWith(30).movingMs(drive!)).toBeCloseTo((30 * readMs) / 0.8, 6);
});

test('whatever share of them moves, the reads of all together take 0.8 of the line', () => {
  const drives = many(30).map((each) => ({ ...each, poll: { idleMs: 0, movingMs: 0 } }));
  const [one] = drives;

  for (const moving of [0, 1, 7, 15, 29, 30]) {
    const pace = createLinePace(line!, drives, use(moving));
    const ofMoving = moving === 0 ? 0 : (moving * readMs) / pace.movingMs(one!);
    expect(ofMoving + ((30 - moving) * readMs) / pace.idleMs(one!)).toBeCloseTo(0.8, 6);
  }
});

test('an adapter that takes three times as long as the wire is read a third as often, also behind a network', () => {
  const slow = createLinePace(line!, many(30), use(30, 3 * readMs));
  const network = createLinePace({ ...line!, serial: null }, many(30), use(30, 25));

  expect(slow.movingMs(drive!)).toBeCloseTo((30 * 3 * readMs) / 0.8, 6);
  expect(network.movingMs(drive!)).toBeCloseTo((30 * 25) / 0.8, 6);
});

test('two axes of one unit are read together, and a network sets no pace', async () => {
  const families: Site = await loadSite(file('families'), {});
  const twins = [...families.drives.values()].filter(({ profile }) => profile.narrowed !== undefined);
  const of = families.lines.get(twins[0]!.line)!;
  const alone = createLinePace(of, [twins[0]!], use(1));
  const both = createLinePace(of, twins.slice(0, 2), use(2));
  const rare = { ...twins[0]!, poll: { idleMs: 0, movingMs: 0 } };

  expect(both.movingMs(rare)).toBe(alone.movingMs(rare));
  expect(createLinePace({ ...of, serial: null }, twins, use(2)).idleMs(rare)).toBe(0);
});
