import { expect, test } from 'vitest';
import { fast, goodAnswer, holding, lineBench, settledIn, staysSilent, stopping, writing } from './line-bench.ts';

const quiet = { ...writing, quietAfterMs: 5 };
const oneWrite = { unit: 1, address: 5, values: [1, 2] };

/** Answers after 2 ms and remembers when each request came. */
async function watched(options: Parameters<typeof lineBench>[0] = {}) {
  const bench = await lineBench(options);
  const cameAtMs: number[] = [];
  bench.far.behave = (request, end) => {
    cameAtMs.push(bench.clock.nowMs());
    if (request[0] !== 0) end.send(goodAnswer(request), 2);
  };
  return { ...bench, cameAtMs };
}

test('after a write to a drive that needs it the line keeps silent for longer than the gap, also before a stop', async () => {
  const { clock, line, cameAtMs } = await watched();

  const asked = [line.write(oneWrite, quiet), line.read(holding(1, 0), fast), line.read(holding(1, 2), fast)];
  await settledIn(clock, Promise.all(asked));
  const write = line.write(oneWrite, quiet);
  await clock.advance(3);
  await settledIn(clock, Promise.all([write, line.write(oneWrite, stopping)]));

  const [first, second, third, fourth, stop] = cameAtMs as [number, number, number, number, number];
  expect(second - first).toBeCloseTo(2 + 5, 6);
  expect(third - second).toBeCloseTo(2 + 1.75, 6);
  expect(stop - fourth).toBeCloseTo(2 + 5, 6);
});

test('a silence shorter than the gap changes nothing', async () => {
  const { clock, line, cameAtMs } = await watched();

  const short = { ...writing, quietAfterMs: 1 };
  await settledIn(clock, Promise.all([line.write(oneWrite, short), line.read(holding(1, 0), fast)]));

  expect(cameAtMs[1]! - cameAtMs[0]!).toBeCloseTo(2 + 1.75, 6);
});

test('it follows a broadcast too, after the time that the drives have to obey', async () => {
  const { clock, line, cameAtMs } = await watched({ adapterLatencyMs: 0 });

  const asked = [line.write({ ...oneWrite, unit: 0 }, quiet), line.read(holding(1, 0), fast)];
  await settledIn(clock, Promise.all(asked));

  // 13 characters of 11 bits at 115200 baud, gap and turnaround, then the silence
  expect(cameAtMs[1]! - cameAtMs[0]!).toBeGreaterThanOrEqual(1.24 + 1.75 + 20 + 5);
  expect(cameAtMs[1]! - cameAtMs[0]!).toBeLessThan(1.24 + 1.75 + 20 + 5 + 1);
});

test('it is not shortened by bytes that nobody asked for', async () => {
  const { clock, line, far, cameAtMs } = await watched({ latenessMs: 1 });
  await settledIn(clock, line.write(oneWrite, { ...writing, quietAfterMs: 50 }));
  const endedMs = cameAtMs[0]! + 2;
  far.send([0x00]);
  await clock.advance(1);

  await settledIn(clock, line.read(holding(1, 0), fast));

  expect(cameAtMs.at(-1)! - endedMs).toBeGreaterThanOrEqual(50);
});

test('it follows a write that was not answered: the drive may have acted', async () => {
  const { clock, line, far } = await lineBench({ latenessMs: 1 });
  far.behave = staysSilent;
  await settledIn(clock, line.write(oneWrite, { ...writing, quietAfterMs: 200 }));
  const endedMs = clock.nowMs();
  far.behave = (request, end) => end.send(goodAnswer(request), 1);

  await settledIn(clock, line.read(holding(1, 0), fast));

  expect(clock.nowMs() - endedMs).toBeGreaterThanOrEqual(199);
});
