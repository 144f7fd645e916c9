import { describe, expect, test } from 'vitest';
import { shippedProfile, shippedProfileIds } from '../../../drivers/profile/index.ts';
import { likelySerials } from '../../../services/commissioning/index.ts';
import type { ScanProgress } from '../../../services/contracts/index.ts';
import { at, createWireBench, reference, type WireBench } from './scan-bench.ts';

const lastProgress = ({ events }: WireBench): ScanProgress => {
  const last = events.at(-1);
  if (last?.event !== 'ended') throw new Error('the scan has not ended');
  return last.progress;
};
const expected = (drive: string, unit: number, serial = at(115_200)): Parameters<WireBench['scan']>[0] => ({
  expected: [{ drive, line: 'lift', serial, unit, profile: 'kpower-reference' }],
});

describe('drives on a line', () => {
  test('at units 1, 7 and 200 on two baud rates are found, in about the time that was estimated', async () => {
    const bench = createWireBench([
      { unit: 1, serial: at(115_200) },
      { unit: 7, serial: at(9600) },
      { unit: 200, serial: at(115_200) },
    ]);

    const report = await bench.scan({ units: '1-247' });

    const proven = { profile: { id: 'kpower-reference', proven: true } };
    expect(report.drives).toMatchObject([
      { unit: 1, serial: at(115_200), ...proven },
      { unit: 200, serial: at(115_200), ...proven },
      { unit: 7, serial: at(9600), ...proven },
    ]);
    expect(report.findings).toMatchObject([{ kind: 'mixed-serial' }]);
    expect(report.findings[0]?.text).toContain('115200 8N1 (unit 1, 200) and 9600 8N1 (unit 7)');
    const { elapsedMs, estimateMs, asked, planned } = lastProgress(bench);
    expect({ asked, planned }).toEqual({ asked: 494, planned: 494 });
    expect(elapsedMs / estimateMs).toBeGreaterThan(0.95);
    expect(elapsedMs / estimateMs).toBeLessThan(1.1);
  });

  test('are told as soon as they answer, the likely units before the others', async () => {
    const bench = createWireBench([
      { unit: 1, serial: at(9600) },
      { unit: 16, serial: at(115_200) },
    ]);

    await bench.scan();

    const found = bench.events.filter(({ event }) => event === 'found');
    expect(found).toMatchObject([{ drive: { unit: 1 } }, { drive: { unit: 16 } }]);
    const first = bench.events.findIndex(({ event }) => event === 'found');
    expect(bench.events.slice(first).some(({ event }) => event === 'progress')).toBe(true);
  });

  test('with frames of their own are asked in these, at the address that the factory gave', async () => {
    const dooya = shippedProfile('dooya-rs485');
    const bench = createWireBench([
      { unit: 0xfefe, serial: at(9600), profile: dooya },
      { unit: 1, serial: at(115_200) },
    ]);

    const report = await bench.scan({ profiles: [reference, dooya] });

    expect(report.drives).toMatchObject([
      { unit: 1, profile: { id: 'kpower-reference', proven: true } },
      { unit: 0xfefe, serial: at(9600), profile: { id: 'dooya-rs485', proven: true } },
    ]);
    expect(report.yaml).toContain('# dooya-rs485 at unit 65278');
  });

  test.each(shippedProfileIds().filter((id) => id !== 'dooya-rs485'))(
    'of the family %s are told by what they say of themselves, or as possible where they say nothing',
    async (id) => {
      const profile = shippedProfile(id);
      const serial = likelySerials([profile])[0]!;
      const bench = createWireBench([{ unit: profile.units.factory, serial, profile }]);

      const report = await bench.scan({
        profiles: shippedProfileIds().map(shippedProfile),
        settings: [serial],
        units: String(profile.units.factory),
      });

      const [found] = report.drives;
      expect(report.findings).toEqual([]);
      expect(found).toMatchObject({ unit: profile.units.factory, serial });
      const isProvable = Object.keys(profile.identity.match).length > 0;
      expect(found?.profile?.proven).toBe(isProvable);
      expect([found?.profile?.id, ...(found?.alsoPossible ?? [])]).toContain(id);
    },
  );

  test('keep their registers: a scan writes nothing', async () => {
    const bench = createWireBench([{ unit: 1, serial: at(115_200) }]);

    await bench.scan();

    const functions = bench.ledger().map(({ functionCode }) => functionCode);
    expect(functions.length).toBeGreaterThan(3);
    expect(new Set(functions)).toEqual(new Set([3]));
  });

  test('that no profile knows are told as somebody who speaks Modbus', async () => {
    const stranger = { ...reference, resetValues: { ...reference.resetValues, productCode: 99 } };
    const bench = createWireBench([{ unit: 1, serial: at(115_200), profile: stranger }]);

    const report = await bench.scan();

    expect(report.drives).toMatchObject([{ unit: 1, profile: null, identity: null }]);
    expect(report.yaml).toContain('# no profile knows it');
  });
});

test('a port that has no speed, as a pseudo-terminal: a drive that answers whatever is set is found once', async () => {
  const speeds = [at(115_200), at(9600), at(38_400), at(1200)];
  const bench = createWireBench(speeds.map((serial) => ({ unit: 1, serial })));

  const report = await bench.scan({ settings: speeds.slice(0, 3) });

  expect(report.drives).toMatchObject([{ unit: 1, serial: at(115_200) }]);
  expect(report.findings).toEqual([]);
});

test('a drive whose first answer comes after its time is found all the same, by the answer that nobody waits for', async () => {
  const bench = createWireBench([{ unit: 5, serial: at(115_200) }]);
  bench.mishap(0, { kind: 'late', ms: 35, count: 1 });

  const report = await bench.scan();

  expect(report.drives).toMatchObject([{ unit: 5, profile: { proven: true } }]);
  expect(report.findings).toEqual([]);
});

test('one bent frame is a glitch, not a second drive', async () => {
  const bench = createWireBench([{ unit: 5, serial: at(115_200) }]);
  bench.mishap(0, { kind: 'corrupt', count: 1 });

  const report = await bench.scan();

  expect(report.drives).toMatchObject([{ unit: 5, profile: { proven: true } }]);
  expect(report.findings).toEqual([]);
});

describe('what a person must know', () => {
  test('nobody answers: the silent line is named with all that was asked', async () => {
    const bench = createWireBench([]);

    const report = await bench.scan();

    expect(report).toMatchObject({ complete: true, drives: [], yaml: null });
    expect(report.findings).toMatchObject([
      {
        kind: 'silent-line',
        text: 'nobody answers on /dev/ttyUSB0: units 1 to 16 were asked at 115200 8N1, 9600 8N1',
      },
    ]);
    const { elapsedMs, estimateMs } = lastProgress(bench);
    expect(Math.abs(elapsedMs - estimateMs)).toBeLessThan(100);
  });

  test('the right speed with the wrong parity', async () => {
    const bench = createWireBench([{ unit: 3, serial: at(9600, 'even') }]);

    const report = await bench.scan({ settings: [at(115_200), at(9600)] });

    expect(report.drives).toMatchObject([{ unit: 3, serial: at(9600, 'even') }]);
    expect(report.findings).toMatchObject([
      {
        kind: 'wrong-serial',
        unit: 3,
        text: 'unit 3 is garbled at 9600 8N1 and clear at 9600 8E1: the right speed with the wrong parity',
        remedy: 'Write baudRate: 9600, parity: even, stopBits: 1 for this line.',
      },
    ]);
  });

  test('two drives on one address, beside one that is alone', async () => {
    const bench = createWireBench([
      { unit: 5, serial: at(115_200), serialNumber: 0x0102_0304 },
      { unit: 5, serial: at(115_200), serialNumber: 0x0503_0608 },
      { unit: 6, serial: at(115_200) },
    ]);

    const report = await bench.scan();

    expect(report.findings).toMatchObject([{ kind: 'same-address', unit: 5 }]);
    expect(report.findings[0]?.text).toContain('two drives have the address 5');
    expect(report.yaml).not.toContain('unit: 5');
    expect(report.yaml).toContain('unit: 6');
  });

  test('two drives of different makers on one address', async () => {
    const other = { ...reference, resetValues: { ...reference.resetValues, vendorId: 0x1234, productCode: 7 } };
    const bench = createWireBench([
      { unit: 1, serial: at(115_200) },
      { unit: 1, serial: at(115_200), profile: other },
    ]);

    const report = await bench.scan();

    expect(report.findings).toMatchObject([{ kind: 'same-address', unit: 1 }]);
  });

  test('an echoing adapter, with a drive behind it', async () => {
    const bench = createWireBench([{ unit: 1, serial: at(115_200) }]);
    bench.wire.setEcho(true);

    const report = await bench.scan();

    expect(report.drives).toMatchObject([{ unit: 1, profile: { proven: true } }]);
    expect(report.findings).toMatchObject([{ kind: 'echo' }]);
  });

  test('an echoing adapter with nobody behind it: the echo is taken for no drive', async () => {
    const bench = createWireBench([]);
    bench.wire.setEcho(true);

    const report = await bench.scan();

    expect(report.drives).toEqual([]);
    expect(report.findings).toMatchObject([{ kind: 'echo' }, { kind: 'silent-line' }]);
  });

  test('another master or a floating line: noise whoever is asked', async () => {
    const bench = createWireBench([3, 4, 5, 6].map((unit) => ({ unit, serial: { ...at(9600, 'even'), stopBits: 2 } })));

    const report = await bench.scan();

    expect(report.drives).toEqual([]);
    expect(report.findings).toMatchObject([{ kind: 'garbled' }]);
    expect(report.findings[0]?.text).toContain('units 3 to 6');
  });
});

describe('against a site file', () => {
  test('a drive at another address is told as a wrong unit id', async () => {
    const bench = createWireBench([{ unit: 7, serial: at(115_200) }]);

    const report = await bench.scan(expected('lift-left', 3));

    expect(report.findings).toMatchObject([
      {
        kind: 'wrong-unit',
        unit: 7,
        text: 'wrong unit id: the site file has lift-left (kpower-reference) at unit 3, where nobody answers; one answers at unit 7',
        remedy: 'Write unit: 7 for lift-left, or change the drive: kmotion set-unit /dev/ttyUSB0 7 3.',
      },
    ]);
  });

  test('a drive with another speed or parity is told as such', async () => {
    for (const [serial, what] of [
      [at(9600), 'wrong baud rate'],
      [at(115_200, 'even'), 'wrong parity'],
    ] as const) {
      const bench = createWireBench([{ unit: 3, serial }]);

      const report = await bench.scan({ ...expected('lift-left', 3), settings: [at(115_200), at(9600)] });

      const found = report.findings.find(({ text }) => text.includes('the site file'));
      expect(found).toMatchObject({ kind: 'wrong-serial', unit: 3 });
      expect(found?.text).toMatch(new RegExp(`^${what}: lift-left answers at`));
    }
  });

  test('a drive that is nowhere is missing; one that is right is not mentioned', async () => {
    const right = createWireBench([{ unit: 3, serial: at(115_200) }]);
    const empty = createWireBench([{ unit: 4, serial: at(115_200), profile: { ...reference, id: 'other' } }]);

    expect((await right.scan(expected('lift-left', 3))).findings).toEqual([]);
    expect(
      (await empty.scan({ ...expected('lift-left', 3), profiles: [{ ...reference, id: 'other' }] })).findings,
    ).toMatchObject([{ kind: 'missing-drive', unit: 3 }]);
  });
});

test('an interrupted scan keeps what it has found and says that it is not complete', async () => {
  const bench = createWireBench([{ unit: 1, serial: at(115_200) }]);
  const stop = new AbortController();
  bench.clock.after(2000, () => stop.abort());

  const report = await bench.scan({ units: '1-247', signal: stop.signal });

  expect(report).toMatchObject({ complete: false, drives: [{ unit: 1 }], findings: [] });
  expect(report.yaml).toContain('unit: 1');
  expect(lastProgress(bench).elapsedMs).toBeLessThan(2200);
});
