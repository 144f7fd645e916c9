import { describe, expect, test } from 'vitest';
import { createGroupTrigger } from '../../../drivers/drive/index.ts';
import { RegisterPort } from '../../../drivers/drive/register-port.ts';
import { planWrites, type Profile } from '../../../drivers/profile/index.ts';
import { corrupted, frame, goodAnswer, lineBench, settledIn, type LineBench } from '../modbus/line-bench.ts';
import { address, always, profile } from './bench.ts';

interface PortBench extends LineBench {
  readonly port: RegisterPort;
  write(value: number): Promise<unknown>;
  read(): Promise<unknown>;
}

/** The registers of one drive on the real line engine; a first read shows that nothing echoes. */
async function portBench(own: Partial<Profile>): Promise<PortBench> {
  const bench = await lineBench();
  const model: Profile = { ...profile, ...own };
  const port = new RegisterPort({ line: bench.line, unit: 1, profile: model, clock: bench.clock });
  const [one] = planWrites(model, { homingMethod: 0 });
  const read = async (): Promise<unknown> => settledIn(bench.clock, port.read(['vendorId'], 'fast'));
  await read();
  return {
    ...bench,
    port,
    read,
    write: async (value) =>
      settledIn(bench.clock, port.write({ ...one!, words: [value] }, { lane: 'write', executedIfLost: 'unknown' })),
  };
}

const onlyInputs: LineBench['far']['behave'] = (request, far) =>
  far.send(request[1] === 4 ? goodAnswer(request) : frame(request[0]!, request[1]! | 0x80, 1), 1);

const HOMING = [0, address('homingMethod')] as const;

describe('what a profile says of the wire holds for every request to its drive', () => {
  test('a refusal by marker is a refusal, and the drive has not acted', async () => {
    const bench = await portBench({ refusals: 'marker' });
    bench.far.behave = (_, far) => far.send(frame(1, 6, ...HOMING, 0xff, 0xff), 1);

    expect(await bench.write(5)).toMatchObject({ code: 'EXCEPTION', executed: 'no' });
  });

  test('function 0x81 for every failed read is a refusal where the profile says so', async () => {
    const bench = await portBench({ refusals: 'always-81' });
    bench.far.behave = (_, far) => far.send(frame(1, 0x81, 2), 1);

    expect(await bench.read()).toMatchObject({ code: 'EXCEPTION' });
  });

  test('exception 8 is a fault of the line where the drive means a bad CRC with it', async () => {
    const one = await portBench({ crcErrorException: true });
    const other = await portBench({});
    for (const bench of [one, other]) bench.far.behave = (_, far) => far.send(frame(1, 0x83, 8), 1);

    expect(await one.read()).toMatchObject({ code: 'BAD_FRAME' });
    expect(await other.read()).toMatchObject({ code: 'EXCEPTION', exceptionCode: 8 });
  });

  test('after a write the drive is left alone as long as it needs, after a read it is not', async () => {
    const bench = await portBench({ timing: { ...profile.timing, quietAfterWriteMs: 40 } });
    const sentMs: number[] = [];
    bench.far.behave = (request, far) => {
      sentMs.push(bench.clock.nowMs());
      far.send(goodAnswer(request), 1);
    };

    await bench.write(19);
    await bench.read();
    await bench.read();

    const [write = 0, first = 0, second = 0] = sentMs;
    expect(first - write).toBeGreaterThanOrEqual(40);
    expect(second - first).toBeLessThan(20);
  });

  test('after a broadcast too', async () => {
    const bench = await portBench({});
    const quiet: Profile = { ...profile, timing: { ...profile.timing, quietAfterBroadcastMs: 60 } };
    const trigger = createGroupTrigger({ line: bench.line, profile: quiet, clock: bench.clock });
    const sentMs: number[] = [];
    bench.far.behave = (request, far) => {
      sentMs.push(bench.clock.nowMs());
      if (request[0] !== 0) far.send(goodAnswer(request), 1);
    };

    await settledIn(bench.clock, trigger(3, always));
    await bench.read();

    expect(sentMs[1]! - sentMs[0]!).toBeGreaterThanOrEqual(60);
  });

  test('one register is written with function 16 where the drive knows no other', async () => {
    const bench = await portBench({ singleWrites: 16 });

    await bench.write(19);

    expect(bench.far.requests.at(-1)).toMatch(/^01100034000102/);
  });
});

describe('registers that some firmwares keep in the other table', () => {
  const either: Profile = {
    ...profile,
    registers: { ...profile.registers, vendorId: { ...profile.registers.vendorId!, table: 'either' } },
  };
  test('are found there within one reading, and looked for there from then on', async () => {
    const bench = await portBench(either);
    bench.far.behave = onlyInputs;
    bench.far.requests.length = 0;

    expect(await bench.read()).toMatchObject({ values: { vendorId: 1013 } });
    expect(await bench.read()).toMatchObject({ values: { vendorId: 1013 } });

    expect(bench.far.requests.map((request) => request.slice(2, 4))).toEqual(['03', '04', '04']);
  });

  test('are not looked for elsewhere because of a bad frame', async () => {
    const bench = await portBench(either);
    bench.far.requests.length = 0;
    bench.far.behave = (request, far) => far.send(corrupted(goodAnswer(request)), 1);

    expect(await bench.read()).toMatchObject({ code: 'BAD_FRAME' });
    expect(bench.far.requests.map((request) => request.slice(2, 4))).toEqual(['03']);
  });
});
