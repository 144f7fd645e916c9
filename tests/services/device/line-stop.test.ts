import { expect, test } from 'vitest';
import { createVirtualClock } from '../../../drivers/base/index.ts';
import type { Axis } from '../../../services/device/axis.ts';
import { stopTogether } from '../../../services/device/line-stop.ts';

const stopped: string[] = [];
const axisThatIs = (id: string, link: 'online' | 'offline' | 'refused', velocity: number | null = 0): Axis =>
  ({
    id,
    kit: { drive: { link: () => ({ state: link, reason: link }) } },
    state: () => ({ velocity }),
    stop() {
      stopped.push(id);
      return Promise.resolve({ confirmed: link === 'online' });
    },
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

test('the fastest are stopped first, then who rests; who has not answered for long keeps nobody waiting', async () => {
  const axes = [
    axisThatIs('dead', 'offline', null),
    axisThatIs('resting', 'online', 0),
    axisThatIs('fast', 'online', -80),
    axisThatIs('slow', 'online', 5),
    axisThatIs('unknown', 'online', null),
  ];
  stopped.length = 0;

  await stopTogether(axes, { cause: 'test', clock: createVirtualClock(), broadcast: null });

  expect(stopped).toEqual(['unknown', 'fast', 'slow', 'resting', 'dead']);
});

test('who has been silent for long is told as unreachable soon after the proof of the others, and is tried on', async () => {
  const clock = createVirtualClock();
  const resting = axisThatIs('resting', 'online');
  const proved = { ...resting, stop: () => clock.sleep(400).then(() => ({ confirmed: true })) } as unknown as Axis;
  let givenUpAtMs = 0;
  const silent = {
    ...axisThatIs('silent', 'offline'),
    stop: () => clock.sleep(2200).then(() => ((givenUpAtMs = clock.nowMs()), { confirmed: false })),
  } as unknown as Axis;

  const report = stopTogether([silent, proved], { cause: 'test', clock, broadcast: null });
  await clock.advance(3000);

  expect(await report).toMatchObject({ confirmed: ['resting'], unreachable: ['silent'], durationMs: 700 });
  expect(givenUpAtMs).toBe(2200);
});

test('one that is back when it is stopped is told as confirmed, although it had been silent', async () => {
  const clock = createVirtualClock();
  const back = {
    ...axisThatIs('back', 'offline'),
    stop: () => Promise.resolve({ confirmed: true }),
  } as unknown as Axis;

  const report = stopTogether([back], { cause: 'test', clock, broadcast: null });
  await clock.advance(1000);

  expect(await report).toMatchObject({ allConfirmed: true, confirmed: ['back'] });
});
