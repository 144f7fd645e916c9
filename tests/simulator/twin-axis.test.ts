import { describe, expect, test } from 'vitest';
import { createVirtualClock } from '../../drivers/base/index.ts';
import { shippedProfile } from '../../drivers/profile/index.ts';
import { createVirtualSite, type DriveOptions, type MotionEntry, openMemoryDoor } from '../../simulator/index.ts';
import { bytesOf, hexOf, sealed } from '../support/plain-master.ts';
import { profile as reference, serial } from './rig.ts';

// The ZLTECH unit on the wire, both motors, asked by a master that knows bytes only.

const profile = shippedProfile('zltech-zlac8015d');
const sides = (['left', 'right'] as const).map((channel) => ({ name: channel, unit: 1, channel, profile }));

/** Its watchdog, which is on from the factory, is off unless told. */
async function meetUnit({
  drives = sides,
  isWatched = false,
}: { drives?: readonly DriveOptions[]; isWatched?: boolean } = {}) {
  const clock = createVirtualClock();
  const site = createVirtualSite({ clock, lines: [{ name: 'base', serial, paced: true, drives }] });
  const line = site.lines.get('base')!;
  let heard: number[] = [];
  const port = await openMemoryDoor(
    line,
    clock,
  )({ bytes: (chunk) => void heard.push(...chunk), lost: () => undefined });
  await clock.advance(5);
  async function say(hex: string, quietMs = 8): Promise<string> {
    await clock.advance(quietMs);
    heard = [];
    port.write(sealed(bytesOf(hex)));
    for (let waitedMs = 0; waitedMs < 40 && heard.length === 0; waitedMs++) await clock.advance(1);
    return hexOf(Uint8Array.from(heard.slice(0, -2)));
  }
  const word = async (address: string): Promise<number> =>
    Number.parseInt((await say(`01 03 ${address} 00 01`)).replaceAll(' ', '').slice(6), 16);
  if (!isWatched) await say('01 06 20 00 00 00');
  return {
    clock,
    site,
    line,
    say,
    word,
    /** Sets one register. */
    set: (address: string, value: string) => say(`01 06 ${address} ${value}`),
    at: (name: string) => Math.round(site.drives.get(name)!.plant().position) + 0,
    speed: (name: string) => (site.settle(), Math.round(site.drives.get(name)!.plant().velocity) + 0),
    motions: () => (
      site.settle(),
      site.ledger.entries().filter((entry): entry is MotionEntry => entry.kind !== 'frame')
    ),
  };
}
const siteOf = (drives: readonly DriveOptions[]) =>
  createVirtualSite({ clock: createVirtualClock(), lines: [{ name: 'base', serial, paced: true, drives }] });

type Unit = Awaited<ReturnType<typeof meetUnit>>;

/** Absolute positions, both enabled, left target 20480 and right target -20480 written. */
async function readyToMove(isWatched = false): Promise<Unit> {
  const unit = await meetUnit({ isWatched });
  await unit.set('20 0D', '00 02');
  await unit.set('20 0E', '00 08');
  await unit.say('01 10 20 8A 00 04 08 00 00 50 00 FF FF B0 00');
  return unit;
}

describe('starting', () => {
  test('targets move nothing before a start word, and each start word moves its own motor', async () => {
    const unit = await readyToMove();
    await unit.clock.advance(1000);
    expect(unit.motions()).toEqual([]);
    await unit.set('20 0E', '00 12');
    await unit.clock.advance(8000);
    expect([unit.at('left'), unit.at('right')]).toEqual([0, -20_480]);
    expect(new Set(unit.motions().map(({ drive }) => drive))).toEqual(new Set(['right']));
    await unit.set('20 0E', '00 11');
    await unit.clock.advance(8000);
    expect([unit.at('left'), unit.at('right')]).toEqual([20_480, -20_480]);
  });

  test('the common start word moves both in synchronous mode, and only there', async () => {
    const unit = await readyToMove();
    await unit.set('20 0E', '00 10');
    await unit.clock.advance(1000);
    expect(unit.motions()).toEqual([]);
    await unit.set('20 0F', '00 01');
    await unit.set('20 0E', '00 11');
    await unit.clock.advance(1000);
    expect(unit.motions()).toEqual([]);
    await unit.set('20 0E', '00 10');
    await unit.clock.advance(8000);
    const starts = unit.motions().filter(({ kind }) => kind === 'start');
    expect(starts.map(({ drive }) => drive).toSorted()).toEqual(['left', 'right']);
    expect(starts[0]!.cause).toEqual(starts[1]!.cause);
    expect([unit.at('left'), unit.at('right')]).toEqual([20_480, -20_480]);
  });

  test('relative targets count from where the motor is, absolute ones from the zero', async () => {
    const unit = await meetUnit();
    await unit.set('20 0D', '00 01');
    await unit.set('20 0E', '00 08');
    await unit.say('01 10 20 8A 00 02 04 00 00 10 00');
    for (let round = 0; round < 2; round++) {
      await unit.set('20 0E', '00 11');
      await unit.clock.advance(4000);
    }
    expect(unit.at('left')).toBe(2 * 4096);
  });

  test('the shown position and the zero of absolute targets are cleared each by its own register', async () => {
    const unit = await readyToMove();
    await unit.set('20 0E', '00 11');
    await unit.clock.advance(8000);
    await unit.set('20 05', '00 01');
    expect(unit.at('left')).toBe(0);
    expect(await unit.word('20 05')).toBe(0);
    // the absolute target lies where it lay: what is shown is another count now
    await unit.say('01 10 20 8A 00 02 04 00 00 50 00');
    await unit.set('20 0E', '00 11');
    await unit.clock.advance(8000);
    expect(unit.at('left')).toBe(0);
    await unit.set('20 06', '00 01');
    await unit.set('20 0E', '00 11');
    await unit.clock.advance(8000);
    expect(unit.at('left')).toBe(20_480);
  });
});

describe('the common word', () => {
  test('a speed that stands in its register turns its motor as soon as both are enabled in speed mode', async () => {
    const unit = await meetUnit();
    await unit.set('20 0D', '00 03');
    await unit.set('20 89', '00 64');
    await unit.clock.advance(500);
    expect(unit.speed('right')).toBe(0);
    await unit.set('20 0E', '00 08');
    await unit.clock.advance(2000);
    expect(unit.speed('right')).toBeCloseTo((100 * 4096) / 60, -2);
    expect(unit.speed('left')).toBe(0);
    expect(await unit.word('20 A2')).toBe(1);
    // the speed limit of register 2008
    await unit.set('20 08', '00 32');
    await unit.set('20 89', '00 64');
    await unit.clock.advance(2000);
    expect(unit.speed('right')).toBeCloseTo((50 * 4096) / 60, -2);
  });

  test('an emergency stop holds both until it is taken back; then they must be enabled again', async () => {
    const unit = await readyToMove();
    await unit.set('20 0E', '00 11');
    await unit.clock.advance(1000);
    await unit.set('20 0E', '00 05');
    await unit.clock.advance(1000);
    const rest = unit.at('left');
    expect(unit.speed('left')).toBe(0);
    for (const words of [
      ['00 08', '00 11'],
      ['00 06', '00 11'],
    ]) {
      for (const word of words) await unit.set('20 0E', word);
      await unit.clock.advance(500);
      expect(unit.at('left')).toBe(rest);
    }
    await unit.set('20 0E', '00 08');
    await unit.set('20 0E', '00 11');
    await unit.clock.advance(8000);
    expect(unit.at('left')).toBe(20_480);
  });

  test('a stop slows both down, lets go, and a start word does nothing any more', async () => {
    const unit = await readyToMove();
    for (const word of ['00 11', '00 12']) await unit.set('20 0E', word);
    await unit.clock.advance(1000);
    await unit.set('20 0E', '00 07');
    await unit.clock.advance(2000);
    expect([unit.speed('left'), unit.speed('right')]).toEqual([0, 0]);
    const rest = unit.at('left');
    unit.site.drives.get('left')!.setLoad({ torque: 50 });
    await unit.set('20 0E', '00 11');
    await unit.clock.advance(1000);
    expect(unit.at('left')).toBe(rest);
  });
});

describe('alarms', () => {
  test('stand as bits in the register of their motor, and clear only when their reason is gone', async () => {
    const unit = await readyToMove();
    const hot = unit.site.drives.get('right')!;
    hot.injectFault('over-temperature', { atMs: unit.clock.nowMs() });
    expect([await unit.word('20 A5'), await unit.word('20 A6'), await unit.word('20 A4')]).toEqual([
      0,
      0x400,
      (30 << 8) | 96,
    ]);
    await unit.set('20 0E', '00 06');
    expect(await unit.word('20 A6')).toBe(0x400);
    hot.clearFaults();
    await unit.set('20 0E', '00 06');
    expect(await unit.word('20 A6')).toBe(0);
  });

  test('a motor that is held fast falls behind and raises one itself', async () => {
    const unit = await readyToMove();
    unit.site.drives.get('left')!.setLoad({ blockedAt: 2000 });
    await unit.set('20 0E', '00 11');
    await unit.clock.advance(6000);
    expect(await unit.word('20 A5')).toBe(0x20);
    expect(unit.motions().at(-1)).toMatchObject({ drive: 'left', kind: 'stop', cause: { by: 'fault', code: 0x20 } });
  });
});

describe('quirks', () => {
  test('a read that follows a write at once is lost, one that waits is answered', async () => {
    const unit = await meetUnit();
    await unit.set('20 8E', '00 64');
    expect(await unit.say('01 03 20 8E 00 01', 0)).toBe('');
    expect(await unit.say('01 03 20 8E 00 01')).toBe('01 03 02 00 64');
  });

  test('the watchdog is on from the factory at one second, and shows as an emergency stop', async () => {
    const unit = await readyToMove(true);
    await unit.set('20 0E', '00 11');
    await unit.clock.advance(900);
    expect(await unit.word('20 0E')).toBe(0x11);
    await unit.clock.advance(1100);
    expect(await unit.word('20 0E')).toBe(0x05);
    expect(unit.motions().at(-1)).toMatchObject({ kind: 'stop', cause: { by: 'watchdog' } });
  });

  test('parameters survive the power only once they were saved, and each save is counted', async () => {
    const unit = await meetUnit();
    const left = unit.site.drives.get('left')!;
    const restart = async () => {
      left.injectFault('reboot', { atMs: unit.clock.nowMs() });
      expect(await unit.say('01 03 20 00 00 01')).toBe('');
      await unit.clock.advance(profile.timing.bootMs);
    };
    await unit.set('20 00', '01 F4');
    await restart();
    expect(await unit.word('20 00')).toBe(1000);
    expect(left.eepromWrites()).toBe(0);
    await unit.set('20 00', '01 F4');
    await unit.set('20 10', '00 01');
    const worn = left.eepromWrites();
    await restart();
    expect(await unit.word('20 00')).toBe(500);
    expect([worn > 0, left.eepromWrites()]).toEqual([true, worn]);
  });

  test('the Hall offset is kept at once, as the manual warns', async () => {
    const unit = await meetUnit();
    await unit.set('20 31', '00 07');
    expect(unit.site.drives.get('left')!.eepromWrites()).toBe(1);
  });
});

describe('two drives of one unit', () => {
  test('need a channel each, one unit, and the same model', () => {
    const [left, right] = sides;
    expect(() => siteOf([{ ...left!, channel: null }])).toThrow('left must have a channel, one of left, right');
    expect(() => siteOf([left!, { ...right!, channel: 'left' }])).toThrow('both have unit 1');
    expect(() => siteOf([left!, { ...right!, profile: reference, channel: null }])).toThrow('both have unit 1');
    expect(() => siteOf([{ name: 'one', unit: 1, profile: reference, channel: 'left' }])).toThrow(
      'must have no channel',
    );
    expect([...siteOf([left!, right!]).drives.keys()]).toEqual(['left', 'right']);
  });

  test('of which only one is named still are two motors: the other is told of under its name', async () => {
    const unit = await meetUnit({ drives: [sides[0]!] });
    await unit.set('20 0D', '00 03');
    await unit.set('20 0E', '00 08');
    await unit.set('20 89', '00 64');
    await unit.clock.advance(500);
    expect(unit.motions().map(({ drive }) => drive)).toEqual(['left:right']);
  });
});
