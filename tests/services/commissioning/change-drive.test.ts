import { describe, expect, test } from 'vitest';
import { createVirtualClock } from '../../../drivers/base/index.ts';
import { shippedProfile, type Profile } from '../../../drivers/profile/index.ts';
import {
  changeDrive,
  createPortDesk,
  planChange,
  type Address,
  type Change,
  type ChangeOutcome,
  type PortDesk,
  type Resident,
} from '../../../services/commissioning/index.ts';
import { openMemoryWire } from '../../../simulator/index.ts';
import { at, createWireBench, type WireBench } from './scan-bench.ts';

const mks = shippedProfile('mks-servo42d-57d');
const feetech = shippedProfile('feetech-sm-modbus');
const leadshine = shippedProfile('leadshine-pr-rs');
const oriental = shippedProfile('oriental-blvr-az');
const reference = shippedProfile('kpower-reference');

const frames = (profile: Profile, change: Change): unknown => {
  const answer = planChange(profile, change);
  if (!answer.ok) return answer.reason;
  const { before, change: block, after, eepromWrites } = answer.plan;
  return [...[...before, block, ...after].map(({ address, words }) => [address, ...words]), eepromWrites];
};

describe('the frames that change a drive', () => {
  test('are one where the drive keeps at once what it is told', () => {
    expect(frames(mks, { kind: 'unit', unit: 7 })).toEqual([[0x8b, 7], 1]);
    expect(frames(mks, { kind: 'baud', baudRate: 115_200 })).toEqual([[0x8a, 6], 1]);
  });

  test('are followed by the command to store where there is one', () => {
    expect(frames(leadshine, { kind: 'unit', unit: 7 })).toEqual([[0x1bf, 7], [0x1801, 0x2211], 1]);
    expect(frames(oriental, { kind: 'baud', baudRate: 9600 })).toEqual([[0x1382, 0, 0], [0x192, 0, 2], 1]);
  });

  test('stand between the opened and the closed lock where there is one', () => {
    expect(frames(feetech, { kind: 'unit', unit: 7 })).toEqual([[133, 0], [10, 7], [133, 1], 1]);
  });

  test('are none for an address or a speed that the drive cannot have: what it can have is said', () => {
    expect(frames(leadshine, { kind: 'unit', unit: 40 })).toMatch(/can have the addresses 1 to 31, not 40/);
    expect(frames(feetech, { kind: 'baud', baudRate: 9600 })).toBe('feetech-sm-modbus can have 115200 baud, not 9600');
    expect(frames(reference, { kind: 'unit', unit: 7 })).toMatch(/has no register for its address/);
  });
});

const OLD: Address = { serial: at(38_400), unit: 1 };

interface Trial {
  readonly outcome: ChangeOutcome;
  readonly questions: readonly string[];
}

async function run(bench: WireBench, change: Change, says = true): Promise<Trial> {
  const questions: string[] = [];
  const { clock, wire } = bench;
  const life = { ended: false };
  const running = changeDrive({
    desk: createPortDesk({
      open: (serial) => openMemoryWire(wire, serial, clock),
      pace: { adapterLatencyMs: 20 },
      clock,
      profiles: [mks, reference],
    }),
    clock,
    at: OLD,
    change,
    confirm: (question) => Promise.resolve(questions.push(question) > 0 && says),
  });
  void running.finally(() => (life.ended = true));
  while (!life.ended) await clock.advance(50);
  return { outcome: await running, questions };
}

const onWire = (...units: readonly number[]): WireBench =>
  createWireBench(units.map((unit) => ({ unit, serial: at(38_400), profile: mks })));
const written = (bench: WireBench): readonly (number | readonly number[])[][] =>
  bench.ledger().flatMap(({ address, values }) => (values === null ? [] : [[address, values]]));

describe('a drive on a wire', () => {
  test('is given another address after a yes, and is proved to answer there', async () => {
    const bench = onWire(1);

    const { outcome, questions } = await run(bench, { kind: 'unit', unit: 7 });

    expect(questions).toEqual([
      "mks-servo42d-57d at unit 1 at 38400 8N1 becomes unit 7 at 38400 8N1. It writes 1 time to the drive's EEPROM, which wears with every write. Do it?",
    ]);
    expect(outcome).toMatchObject({
      status: 'done',
      text: 'the drive answers at unit 7 at 38400 8N1',
      eepromWrites: 1,
    });
    expect(written(bench)).toEqual([[0x8b, [7]]]);
  });

  test('keeps its address when nobody says yes', async () => {
    const bench = onWire(1);

    const { outcome } = await run(bench, { kind: 'unit', unit: 7 }, false);

    expect(outcome).toEqual({ status: 'refused', text: 'nothing was changed', eepromWrites: 0 });
    expect(written(bench)).toEqual([]);
  });

  test('is not written to when the new address is taken', async () => {
    const bench = onWire(1, 7);

    const { outcome, questions } = await run(bench, { kind: 'unit', unit: 7 });

    expect(outcome).toMatchObject({ status: 'refused', text: 'unit 7 is taken: choose another' });
    expect([questions, written(bench)]).toEqual([[], []]);
  });

  test('is not written to when two share the old address: both would obey', async () => {
    const bench = createWireBench(
      [1, 2].map((serialNumber) => ({ unit: 1, serial: at(38_400), serialNumber: serialNumber * 0x1234_5678 })),
    );

    const { outcome } = await run(bench, { kind: 'unit', unit: 7 });

    expect(outcome).toMatchObject({ status: 'refused' });
    expect(outcome.text).toMatch(/^two drives answer at unit 1/);
    expect(written(bench)).toEqual([]);
  });

  test('that is not there is not written to', async () => {
    const { outcome } = await run(onWire(), { kind: 'unit', unit: 7 });

    expect(outcome.text).toBe('nobody answers at unit 1 at 38400 8N1: kmotion scan finds who is there');
  });
});

/** Lives where `lives` says at the moment. */
function played(lives: () => Address | null): { desk: PortDesk; writes: [Address, number][] } {
  const writes: [Address, number][] = [];
  const drive: Resident = {
    kind: 'drive',
    match: { profile: leadshine, isProven: true, alsoPossible: [], identity: null, heard: [] },
  };
  const isThere = (address: Address): boolean => JSON.stringify(lives()) === JSON.stringify(address);
  const desk: PortDesk = {
    look: (address) => Promise.resolve(isThere(address) ? drive : { kind: 'nobody' }),
    write: (address, block) => {
      const answers = isThere(address);
      writes.push([address, block.address]);
      return Promise.resolve(answers);
    },
  };
  return { desk, writes };
}

async function changeBaud(desk: PortDesk): Promise<ChangeOutcome> {
  const clock = createVirtualClock();
  const running = changeDrive({
    desk,
    clock,
    at: OLD,
    change: { kind: 'baud', baudRate: 115_200 },
    confirm: () => Promise.resolve(true),
  });
  await clock.advance(10_000);
  return running;
}

describe('a drive that starts anew', () => {
  test('only when it is switched off and on: the new speed is stored and told', async () => {
    const { desk, writes } = played(() => OLD);

    expect(await changeBaud(desk)).toMatchObject({
      status: 'after-power-up',
      text: 'the drive keeps unit 1 at 115200 8N1 and takes it when it is switched off and on; until then it answers at unit 1 at 38400 8N1',
    });
    expect(writes.map(([, address]) => address)).toEqual([0x1bd, 0x1801]);
  });

  test('and is nowhere any more: what to do is told, and nothing is stored blindly', async () => {
    const life = { isGone: false };
    const { desk, writes } = played(() => (life.isGone ? null : OLD));
    const vanishing: PortDesk = {
      ...desk,
      write: async (...words) => {
        const answer = await desk.write(...words);
        life.isGone = true;
        return answer;
      },
    };

    expect(await changeBaud(vanishing)).toMatchObject({ status: 'lost' });
    expect(writes).toHaveLength(1);
  });
});
