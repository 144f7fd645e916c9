import { expect, test } from 'vitest';
import { createVirtualClock } from '../../../drivers/base/index.ts';
import type { Axis } from '../../../services/device/axis.ts';
import { stopTogether } from '../../../services/device/line-stop.ts';

const axisThatIs = (id: string, link: 'online' | 'offline' | 'refused'): Axis =>
  ({
    id,
    kit: { drive: { link: () => ({ state: link, reason: link }) } },
    state: () => ({ velocity: 0 }),
    stop: () => Promise.resolve({ confirmed: link === 'online' }),
  }) as unknown as Axis;

const broadcasts = async (...links: ('online' | 'offline' | 'refused')[]): Promise<number> => {
  let sent = 0;
  const broadcast = async (): Promise<void> => void sent++;
  const axes = links.map((link, index) => axisThatIs(`drive-${index}`, link));
  await stopTogether(axes, { cause: 'test', clock: createVirtualClock(), broadcast });
  return sent;
};

test('the frame that all obey is sent while all that answer are the drives that were meant', async () => {
  expect(await broadcasts('online', 'online')).toBe(1);
  expect(await broadcasts('online', 'offline')).toBe(1);
});

test('it is not sent past a drive of another model, nor on a line where nobody was identified', async () => {
  expect(await broadcasts('online', 'refused')).toBe(0);
  expect(await broadcasts('offline', 'offline')).toBe(0);
});
