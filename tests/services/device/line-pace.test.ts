import { expect, test } from 'vitest';
import { loadSite, type Site } from '../../../config/index.ts';
import { pollCost, wireCostOf } from '../../../drivers/profile/index.ts';
import { createLinePace } from '../../../services/device/line-pace.ts';
import { fileURLToPath } from 'node:url';

const file = (name: string): string => fileURLToPath(new URL(`../../../config/${name}.yaml`, import.meta.url));
const site = await loadSite(file('demo'), {});
const [line] = site.lines.values();
const [drive] = site.drives.values();
const many = (count: number): NonNullable<typeof drive>[] =>
  Array.from({ length: count }, (_, index) => ({ ...drive!, unit: index + 1 }));

/** One read of one drive, at the 115200 baud of both its factory and its line. */
const readMs = pollCost(drive!.profile, 'fast', wireCostOf(drive!.profile)).ms;

test('a few drives are read as often as the site file asks', () => {
  const pace = createLinePace(line!, many(3), () => 1);

  expect(pace.idleMs(drive!)).toBe(drive!.poll.idleMs);
  expect(pace.movingMs(drive!)).toBe(drive!.poll.movingMs);
});

test('thirty are read no oftener than the line can carry it; one that moves alone still is as often as asked', () => {
  let moving = 1;
  const pace = createLinePace(line!, many(30), () => moving);

  expect(pace.idleMs(drive!)).toBeCloseTo((30 * readMs) / 0.8, 6);
  expect(pace.movingMs(drive!)).toBe(drive!.poll.movingMs);
  moving = 30;
  expect(pace.movingMs(drive!)).toBeCloseTo((30 * readMs) / 0.8, 6);
});

test('two axes of one unit are read together, and a network sets no pace', async () => {
  const families: Site = await loadSite(file('families'), {});
  const twins = [...families.drives.values()].filter(({ profile }) => profile.narrowed !== undefined);
  const of = families.lines.get(twins[0]!.line)!;
  const alone = createLinePace(of, [twins[0]!], () => 1);
  const both = createLinePace(of, twins.slice(0, 2), () => 2);
  const rare = { ...twins[0]!, poll: { idleMs: 0, movingMs: 0 } };

  expect(both.movingMs(rare)).toBe(alone.movingMs(rare));
  expect(createLinePace({ ...of, serial: null }, twins, () => 2).idleMs(rare)).toBe(0);
});
