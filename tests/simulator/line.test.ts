import { describe, expect, test } from 'vitest';
import { createVirtualClock } from '../../drivers/base/index.ts';
import { encodeReadRequest, frameTimeMs, silentGapMs, withCrc } from '../../drivers/modbus/framing/index.ts';
import type { FrameEntry, Mishap } from '../../simulator/index.ts';
import { createVirtualSite, openMemoryDoor } from '../../simulator/index.ts';
import { createRig, profile } from './rig.ts';

const readStatus = encodeReadRequest({ unit: 1, functionCode: 3, address: 0, count: 1 });
/** Statusword "switch on disabled, voltage, remote, target reached" of unit 1. */
const STATUS_ANSWER = withCrc(Uint8Array.of(1, 3, 2, 0x06, 0x50));

const framesOf = (rig: { site: { ledger: { entries(): readonly { kind: string }[] } } }) =>
  rig.site.ledger.entries().filter((entry): entry is FrameEntry => entry.kind === 'frame');

async function withMishap(mishap: Mishap, drives: readonly object[] = [{}]) {
  const rig = await createRig({ drives });
  rig.line.addMishap(mishap);
  return rig;
}

async function silences(seed: number): Promise<string> {
  const rig = await createRig({ seed, line: { paced: false } });
  rig.line.addMishap({ kind: 'drop', rate: 0.3 });
  let seen = '';
  for (let ask = 0; ask < 100; ask++) seen += (await rig.ask(readStatus)).length === 0 ? '-' : '+';
  return seen;
}

describe('frames', () => {
  test('a good frame is answered with its own unit, function, length and CRC', async () => {
    const rig = await createRig();

    expect(await rig.ask(readStatus)).toEqual(STATUS_ANSWER);
  });

  test('a bad CRC is met with silence, and the drive never hears of it', async () => {
    const rig = await createRig();
    const bent = readStatus.slice();
    bent[7] = bent[7]! ^ 1;

    expect(await rig.ask(bent)).toHaveLength(0);
    expect(framesOf(rig)).toEqual([]);
  });

  test('bytes may come one by one', async () => {
    const rig = await createRig();
    for (const byte of readStatus.subarray(0, 7))
      expect(await rig.ask(Uint8Array.of(byte)).then((a) => a.length)).toBe(0);

    // the silences of this test end a frame: only a master who hurries is heard
    expect(await rig.ask(readStatus.subarray(7))).toHaveLength(0);
    const { clock, line } = rig;
    const heard: number[] = [];
    const port = await openMemoryDoor(
      line,
      clock,
    )({ bytes: (chunk) => void heard.push(...chunk), lost: () => undefined });
    for (const byte of readStatus) {
      port.write(Uint8Array.of(byte));
      await clock.advance(1);
    }
    await clock.advance(20);
    expect(Uint8Array.from(heard)).toEqual(STATUS_ANSWER);
  });

  test('after noise, silence makes it listen again', async () => {
    const rig = await createRig();

    expect(await rig.ask(Uint8Array.of(1, 3, 0x55))).toHaveLength(0);
    expect(await rig.ask(readStatus)).toEqual(STATUS_ANSWER);
  });

  test('an unknown unit is silence, unknown address 02, bad values 03, unknown function 01', async () => {
    const rig = await createRig();
    const ask = async (...body: number[]) => [...(await rig.ask(withCrc(Uint8Array.from(body))))].slice(1, 3);

    expect(await ask(9, 3, 0, 0, 0, 1)).toEqual([]);
    expect(await ask(1, 3, 0x7f, 0, 0, 1)).toEqual([0x83, 2]);
    expect(await ask(1, 3, 0, 0x13, 0, 2)).toEqual([0x83, 2]);
    expect(await ask(1, 4, 0, 0, 0, 1)).toEqual([0x84, 2]);
    expect(await ask(1, 3, 0, 0, 0, 0)).toEqual([0x83, 3]);
    expect(await ask(1, 6, 0, 0, 0, 1)).toEqual([0x86, 2]);
    expect(await ask(1, 6, 0, 0x21, 0, 9)).toEqual([0x86, 3]);
    expect(await ask(1, 6, 0, 0x33, 0, 10)).toEqual([0x86, 3]);
    expect(await ask(1, 6, 0, 0x22, 0, 1)).toEqual([0x86, 3]);
    expect(await ask(1, 0x41, 0, 0)).toEqual([0xc1, 1]);
  });

  test('a refused write changes nothing, not even the part that was right', async () => {
    const rig = await createRig();
    const before = await rig.get('profileVelocity');

    // profileVelocity 5, profileAcceleration 0: the second is out of range
    const answer = await rig.ask(withCrc(Uint8Array.of(1, 16, 0, 0x24, 0, 4, 8, 0, 0, 0, 5, 0, 0, 0, 0)));

    expect([...answer].slice(1, 3)).toEqual([0x90, 3]);
    expect(await rig.get('profileVelocity')).toBe(before);
  });
});

describe('time on the wire', () => {
  test.each([
    [9600, 'even', 1],
    [19_200, 'none', 2],
    [115_200, 'none', 1],
    [1_000_000, 'none', 1],
  ] as const)(
    'at %i baud, parity %s, the last bit of the answer is exactly on time',
    async (baudRate, parity, stopBits) => {
      const settings = { baudRate, parity, stopBits };
      const clock = createVirtualClock();
      const site = createVirtualSite({
        clock,
        lines: [{ name: 'line', serial: settings, paced: true, drives: [{ name: 'drive', unit: 1, profile }] }],
      });
      let answeredMs = 0;
      const port = await openMemoryDoor(
        site.lines.get('line')!,
        clock,
      )({
        bytes: () => void (answeredMs = clock.nowMs()),
        lost: () => undefined,
      });
      await clock.advance(10);

      port.write(encodeReadRequest({ unit: 1, functionCode: 3, address: 0, count: 10 }));
      await clock.advance(1000);

      const wireMs = frameTimeMs(settings, 8) + silentGapMs(settings) + frameTimeMs(settings, 25);
      expect(answeredMs - 10).toBeCloseTo(wireMs, 9);
      const [frame] = site.ledger.entries();
      expect(frame!.atMs - 10).toBeCloseTo(frameTimeMs(settings, 8), 9);
    },
  );
});

describe('mishaps', () => {
  test('drop: the drive obeys, the answer is lost, once', async () => {
    const rig = await withMishap({ kind: 'drop', count: 1 });

    await expect(rig.set('profileVelocity', 4321)).rejects.toThrow('silence');

    expect(await rig.get('profileVelocity')).toBe(4321);
  });

  test('drop of the request: the drive hears nothing', async () => {
    const rig = await withMishap({ kind: 'drop', count: 1, way: 'request' });

    await expect(rig.set('profileVelocity', 4321)).rejects.toThrow('silence');

    expect(await rig.get('profileVelocity')).toBe(10_000);
  });

  test('drop of the request misses one drive of a broadcast', async () => {
    const rig = await withMishap({ kind: 'drop', way: 'request', unit: 2 }, [{}, {}, {}]);

    await rig.broadcast('profileVelocity', 77);

    rig.line.clearMishaps();
    expect([
      await rig.get('profileVelocity', 1),
      await rig.get('profileVelocity', 2),
      await rig.get('profileVelocity', 3),
    ]).toEqual([77, 10_000, 77]);
  });

  test('late on a line that queues: the answer of one request arrives in the time of the next', async () => {
    const rig = await withMishap({ kind: 'late', count: 1, ms: 60 });
    await expect(rig.get('vendorId')).rejects.toThrow('silence');

    expect(await rig.get('productCode')).toBe(0x4b50);
  });

  test('late on a line that drops: what comes meanwhile is never heard', async () => {
    const rig = await createRig({ line: { whileBusy: 'drop' } });
    rig.line.addMishap({ kind: 'late', count: 1, ms: 60 });
    await expect(rig.get('vendorId')).rejects.toThrow('silence');
    await rig.get('productCode').catch(() => undefined);

    expect(framesOf(rig).map(({ address }) => address)).toEqual([0x0d]);
  });

  test.each([
    [{ kind: 'corrupt', amount: 2 }, 7],
    [{ kind: 'truncate', amount: 4 }, 4],
    [{ kind: 'noise', amount: 3 }, 10],
  ] as const)('%o bends the answer', async (mishap, length) => {
    const rig = await withMishap({ ...mishap, count: 1 });

    const answer = await rig.ask(readStatus);

    expect(answer).toHaveLength(length);
    expect(answer).not.toEqual(STATUS_ANSWER);
    expect(await rig.ask(readStatus)).toEqual(STATUS_ANSWER);
  });

  test('corrupt turns exactly as many bits as asked for', async () => {
    const rig = await withMishap({ kind: 'corrupt', amount: 3 });

    const answer = await rig.ask(readStatus);

    const turned = [...answer].reduce((sum, byte, index) => {
      const differing = byte ^ STATUS_ANSWER[index]!;
      return sum + differing.toString(2).replaceAll('0', '').length;
    }, 0);
    expect(turned).toBe(3);
  });

  test('echo: a dead unit gives back the question, a live one question and answer', async () => {
    const rig = await withMishap({ kind: 'echo' });
    const toNobody = encodeReadRequest({ unit: 9, functionCode: 3, address: 0, count: 1 });

    expect(await rig.ask(toNobody)).toEqual(toNobody);
    expect([...(await rig.ask(readStatus))]).toEqual([...readStatus, ...STATUS_ANSWER]);
  });

  test("foreign: the answer bears the neighbour's unit and a good CRC", async () => {
    const rig = await withMishap({ kind: 'foreign', fromUnit: 5 });

    expect(await rig.ask(readStatus)).toEqual(withCrc(Uint8Array.of(5, 3, 2, 0x06, 0x50)));
  });

  test('exception: refused with the code asked for, and not obeyed', async () => {
    const rig = await withMishap({ kind: 'exception', code: 6, count: 1, functionCode: 16 });

    await expect(rig.set('profileVelocity', 4321)).rejects.toThrow('exception 6');

    expect(await rig.get('profileVelocity')).toBe(10_000);
  });

  test('unplug: open ports are lost, new ones refused, until the time is over; the drives live on', async () => {
    const rig = await createRig();
    await rig.enable();
    await rig.moveTo(5000);
    let lost = 0;
    const listener = { bytes: () => undefined, lost: () => void lost++ };
    const open = openMemoryDoor(rig.line, rig.clock);
    const port = await open(listener);

    rig.line.addMishap({ kind: 'unplug', ms: 2000 });
    await rig.clock.advance(0);
    expect(lost).toBe(1);
    expect(() => port.write(readStatus)).toThrow(/not open/);
    await expect(open(listener)).rejects.toThrow('unplugged');
    await rig.clock.advance(2000);

    await open(listener);
    expect(rig.motions().at(-1)).toMatchObject({ kind: 'stop' });
  });

  test('a rate strikes its share, the same with the same seed, another with another', async () => {
    const one = await silences(1);

    const dropped = one.replaceAll('+', '').length;
    expect(dropped).toBeGreaterThan(15);
    expect(dropped).toBeLessThan(45);
    expect(await silences(1)).toBe(one);
    expect(await silences(2)).not.toBe(one);
  });

  test('slow status: the drive shows an old statusword for some polls', async () => {
    const rig = await createRig();
    const drive = rig.site.drives.get('drive-1')!;
    await rig.get('statusword');
    drive.injectFault('slow-status', { atMs: rig.clock.nowMs(), lagMs: 100 });
    await rig.set('controlword', 0x06);

    expect((await rig.get('statusword')) & 0x6f).toBe(0x40);
    await rig.clock.advance(100);
    expect((await rig.get('statusword')) & 0x6f).toBe(0x21);
  });
});
