import { describe, expect, test } from 'vitest';
import { address, always, createBench, startedBench, profile } from './bench.ts';

describe('connecting', () => {
  test('a drive is identified, configured and verified before it is online', async () => {
    const { drive, line, machine, heard, clock } = createBench();

    drive.start(heard);
    await clock.advance(100);

    expect(heard.links).toEqual([{ state: 'online' }]);
    expect(drive.identity()).toEqual({
      vendorId: 0x4b50,
      productCode: 1,
      firmware: '1.0',
      serialNumber: '4711',
      bootCounter: 1,
    });
    expect(line.writes().map((frame) => frame.address)).toEqual([address('quickStopDeceleration')]);
    expect([machine.get('watchdogTimeout'), machine.get('quickStopDeceleration')]).toEqual([500, 400_000]);
    expect(machine.get('quickStopOption')).toBe(6);
  });

  test('another model at the address is refused, and nothing at all is ever written to it', async () => {
    const { drive, line, machine, heard, clock, settle } = createBench();
    machine.set('productCode', 2);

    drive.start(heard);
    await clock.advance(20_000);
    const stopped = await settle(drive.stop(100));

    expect(heard.links).toEqual([{ state: 'refused', reason: expect.stringMatching(/productCode is 2/) as string }]);
    expect(stopped).toEqual({ acknowledgedAtMs: null, atRest: false });
    await expect(drive.execute({ kind: 'enable' }, always)).rejects.toMatchObject({ code: 'OFFLINE' });
    await expect(drive.writeRegister(address('homeOffset'), 1)).rejects.toMatchObject({ code: 'WRONG_IDENTITY' });
    expect(line.writes()).toEqual([]);
  });

  test('a drive of the right model with another serial number is refused', async () => {
    const { drive, heard, clock } = createBench({ serialNumberPin: '4712' });

    drive.start(heard);
    await clock.advance(100);

    expect(heard.links[0]).toMatchObject({ state: 'refused', reason: expect.stringContaining('4711') as string });
  });

  test('settings that were other than they must be are told with both values, once they are mended; the right ones are not', async () => {
    const { drive, machine, line, heard, clock } = createBench();
    machine.set('quickStopOption', 6);
    machine.set('watchdogTimeout', 9999);

    drive.start(heard);
    await clock.advance(100);
    line.setState('offline');
    line.setState('online');
    await clock.advance(100);

    const held = profile.resetValues.quickStopDeceleration;
    expect(heard.settings).toEqual([
      { signal: 'watchdogTimeout', held: 9999, wanted: 500 },
      ...(held === 400_000 ? [] : [{ signal: 'quickStopDeceleration', held, wanted: 400_000 }]),
    ]);
    expect(machine.get('watchdogTimeout')).toBe(500);
  });

  test('a drive without a setting that its profile takes for granted is refused, and nothing is written', async () => {
    const { drive, line, heard, clock } = createBench({ profile: { ...profile, mustHold: { homingMethod: 20 } } });

    drive.start(heard);
    await clock.advance(100);

    const reason = expect.stringContaining('homingMethod reads 19 where 20 is needed') as string;
    expect(heard.links).toEqual([{ state: 'refused', reason }]);
    expect(line.writes()).toEqual([]);
  });

  test('a configuration that does not read back keeps the drive refused', async () => {
    const { drive, line, machine, heard, clock } = createBench();
    const serve = machine.serve.bind(machine);
    machine.serve = (frame) => {
      const words = serve(frame);
      machine.set('watchdogTimeout', 0);
      return words;
    };

    drive.start(heard);
    await clock.advance(100);

    expect(heard.links[0]).toMatchObject({ state: 'refused', reason: expect.stringContaining('watchdog') as string });
    expect(line.writes().length).toBeGreaterThan(0);
  });

  test('three failures in a row make it offline; it is probed ever more rarely and comes back by itself', async () => {
    const { drive, line, heard, clock } = await startedBench();
    line.mishap = () => 'lose-answer';

    await clock.advance(10_000);
    const probesLate = line.frames.filter(({ atMs }) => atMs > clock.nowMs() - 5000).length;
    line.mishap = () => null;
    await clock.advance(6000);

    expect(heard.links.map(({ state }) => state)).toEqual(['online', 'offline', 'online']);
    expect(probesLate).toBeLessThanOrEqual(9);
    expect(drive.latest()!.sampledAtMs).toBeGreaterThan(clock.nowMs() - 150);
  });

  test('one lost poll leaves the drive online and the last sample standing', async () => {
    const { drive, line, heard, clock } = await startedBench();
    let lost = 0;
    line.mishap = ({ lane }) => (lane === 'fast' && lost++ === 0 ? 'lose-answer' : null);

    await clock.advance(1000);

    expect(heard.links.map(({ state }) => state)).toEqual(['online']);
    expect(drive.link()).toEqual({ state: 'online' });
  });

  test('a power cycle between two polls is noticed, and the drive is configured again', async () => {
    const { machine, heard, clock } = await startedBench();

    machine.reboot();
    await clock.advance(1000);

    expect(heard.reboots).toBe(1);
    expect(heard.links.map(({ state }) => state)).toEqual(['online', 'offline', 'online']);
    expect(machine.get('watchdogTimeout')).toBe(500);
  });

  test('a power cycle while it was silent is noticed too; mere silence is none', async () => {
    const { machine, line, heard, clock } = await startedBench();
    const beSilentFor = async (ms: number): Promise<void> => {
      line.mishap = () => 'lose-request';
      await clock.advance(ms);
      line.mishap = () => null;
      await clock.advance(6000);
    };

    await beSilentFor(1000);
    const afterSilence = heard.reboots;
    machine.reboot();
    await beSilentFor(1000);

    expect([afterSilence, heard.reboots]).toEqual([0, 1]);
  });

  test('a line that is pulled out is offline at once and identified again when it is back', async () => {
    const { drive, line, heard, clock } = await startedBench();

    line.setState('offline');
    await clock.advance(1);
    const offline = drive.link();
    line.frames.length = 0;
    line.setState('online');
    await clock.advance(200);

    expect(offline).toMatchObject({ state: 'offline' });
    expect(drive.link()).toEqual({ state: 'online' });
    expect(line.frames[0]).toMatchObject({ kind: 'read', count: 6 });
    expect(heard.links).toHaveLength(3);
  });

  test('a closed drive sends nothing more and ends every wait', async () => {
    const { drive, line, clock } = await startedBench();
    const waiting = drive.fresh(1000);
    waiting.catch(() => undefined);

    await drive.close();
    const frames = line.frames.length;
    await clock.advance(5000);

    await expect(waiting).rejects.toMatchObject({ code: 'OFFLINE' });
    expect(line.frames.length).toBeLessThanOrEqual(frames + 1);
    await expect(drive.execute({ kind: 'enable' }, always)).rejects.toMatchObject({ code: 'OFFLINE' });
  });

  test('a drive that is closed in the instant in which its line comes back is not looked for any more', async () => {
    const { drive, line, clock } = await startedBench();
    line.setState('offline');
    await clock.advance(1);
    line.frames.length = 0;

    line.setState('online');
    await drive.close();
    await clock.advance(5000);

    expect(line.frames).toEqual([]);
    expect(drive.link()).toMatchObject({ state: 'offline' });
  });
});

describe('raw access', () => {
  test('registers are read by address', async () => {
    const { drive, settle } = await startedBench();

    expect(await settle(drive.readRegisters(address('vendorId'), 2))).toEqual([0x4b50, 1]);
    await expect(drive.readRegisters(0, 0)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
  });

  test('only parameters that the profile marks writable are written, never what moves the axis', async () => {
    const { drive, machine, line, settle } = await startedBench();

    await settle(drive.writeRegister(address('homingMethod'), 21));

    expect(machine.get('homingMethod')).toBe(21);
    for (const refused of [address('actualPosition'), 0x1234, address('controlword'), address('targetVelocity') + 1]) {
      await expect(drive.writeRegister(refused, 1)).rejects.toMatchObject({ code: 'UNSUPPORTED' });
    }
    expect(line.writes()).toHaveLength(1);
  });
});
