import { describe, expect, test } from 'vitest';
import { Register, type Profile, type SignalName } from '../../drivers/profile/index.ts';
import type { Behaviour, Machine, Personality } from '../../simulator/firmware/behaviour.ts';
import { createRegisterMachine } from '../../simulator/firmware/register-machine.ts';
import { type AxisEvent, createAxis } from '../../simulator/plant/axis.ts';
import { profile as reference } from './rig.ts';

// A little drive of our own invention: it goes to its target when the controlword rises to 1.

const registers = Object.fromEntries(
  (
    [
      ['controlword', { address: 0 }],
      ['targetPosition', { address: 1, type: 'i32' }],
      ['actualPosition', { address: 3, type: 'i32', access: 'read' }],
      ['statusword', { address: 5, access: 'read' }],
      ['watchdogTimeout', { address: 6 }],
      ['unitAddress', { address: 7, eeprom: true, range: [1, 247] }],
      ['profileVelocity', { address: 8, range: [1, 9999] }],
      ['temperature', { address: 9, access: 'read' }],
    ] as const
  ).map(([signal, register]) => [
    signal,
    Register.parse({ type: 'u16', access: 'read-write', see: 'a test', ...register }),
  ]),
) as Profile['registers'];

const profile: Profile = { ...reference, registers, resetValues: { profileVelocity: 5000, temperature: 31 } };
const limits = { velocity: 5000, acceleration: 50_000, deceleration: 50_000 };

const plain =
  (more: (machine: Machine) => Partial<Behaviour> = () => ({})): Personality =>
  (machine) => ({
    live: { actualPosition: (shaft) => shaft.position(), statusword: (shaft) => Number(shaft.isPowered()) },
    write(writes, at) {
      for (const { signal, value, before } of writes)
        if (signal === 'controlword' && before !== 1 && value === 1)
          machine.shaft().moveTo(machine.value('targetPosition'), limits, at);
    },
    ...more(machine),
  });

function start(personality: Personality = plain()) {
  const events: AxisEvent[] = [];
  const axis = createAxis({ countsPerRevolution: 10_000, onEvent: (event) => void events.push(event) });
  const machine = createRegisterMachine(
    { profile, unit: 3, axes: [{ axis, channel: null }], serialNumber: 9 },
    personality,
  );
  let frame = 0;
  const address = (signal: SignalName) => profile.registers[signal]!.address;
  return {
    machine,
    axis,
    events,
    set(signal: SignalName, value: number, atMs: number) {
      machine.advance(atMs);
      const words = profile.registers[signal]!.type === 'i32' ? [(value >> 16) & 0xffff, value & 0xffff] : [value];
      const checked = machine.check({ functionCode: 16, address: address(signal), words }, atMs);
      if (!('writes' in checked)) return checked.exception;
      machine.apply(checked.writes, { atMs, cause: { by: 'frame', frame: ++frame } });
      return 0;
    },
    get(signal: SignalName, atMs: number) {
      machine.advance(atMs);
      const count = profile.registers[signal]!.type === 'i32' ? 2 : 1;
      const outcome = machine.read({ table: 'holding', address: address(signal), count });
      if (!('words' in outcome)) throw new Error(`exception ${outcome.exception}`);
      return count === 2 ? (outcome.words[0]! << 16) | outcome.words[1]! : outcome.words[0]!;
    },
  };
}

describe('time and motion', () => {
  test('a move is where the ramp says, whoever looks how often, and names the frame that asked for it', () => {
    const seldom = start();
    seldom.set('targetPosition', 10_000, 0);
    seldom.set('controlword', 1, 100);
    const often = start();
    often.set('targetPosition', 10_000, 0);
    often.set('controlword', 1, 100);
    for (let atMs = 101; atMs < 5000; atMs += 7) often.machine.advance(atMs);

    expect(seldom.get('actualPosition', 5000)).toBe(often.get('actualPosition', 5000));
    expect(seldom.get('actualPosition', 5000)).toBe(10_000);
    expect(seldom.events.map(({ kind, cause }) => [kind, cause])).toEqual([
      ['start', { by: 'frame', frame: 2 }],
      ['stop', { by: 'frame', frame: 2 }],
    ]);
    expect(seldom.machine.isIdle()).toBe(true);
  });

  test('an edge needs the value before', () => {
    const drive = start();
    drive.set('controlword', 1, 0);
    drive.set('targetPosition', 10_000, 10);
    drive.set('controlword', 1, 20);
    expect(drive.get('actualPosition', 2000)).toBe(0);
    drive.set('controlword', 0, 2000);
    drive.set('controlword', 1, 2001);
    expect(drive.get('actualPosition', 5000)).toBe(10_000);
  });

  test('what a drive does later it does at its instant, in order', () => {
    const done: string[] = [];
    const drive = start(
      plain((machine) => {
        machine.later(50, (atMs) => void done.push(`second ${atMs}`));
        machine.later(20, (atMs) => void done.push(`first ${atMs}`));
        machine.later(30, () => void done.push('never'))();
        return {};
      }),
    );
    expect(drive.machine.isIdle()).toBe(false);
    drive.machine.advance(49);
    expect(done).toEqual(['first 20']);
    drive.machine.advance(1000);
    expect(done).toEqual(['first 20', 'second 50']);
    expect(drive.machine.isIdle()).toBe(true);
  });

  test('a speed step is as steep as the motor allows, and a position can be declared in motion', () => {
    const drive = start((machine) => ({
      write: (_, at) => machine.shaft().run(2000, { acceleration: Infinity, deceleration: Infinity }, at),
    }));
    drive.set('controlword', 1, 0);
    drive.machine.advance(100);
    expect(drive.axis.shaft().velocity).toBeCloseTo(2000, -2);
    expect(drive.axis.demandAt(1).velocity).toBe(2000);
  });
});

describe('writes', () => {
  test('outside their range they are refused whole, and nothing is changed', () => {
    const drive = start();
    expect(drive.set('profileVelocity', 0, 0)).toBe(3);
    expect(drive.get('profileVelocity', 1)).toBe(5000);
    expect(drive.set('profileVelocity', 77, 2)).toBe(0);
    expect(drive.get('profileVelocity', 3)).toBe(77);
  });

  test('a family may refuse with a code of its own', () => {
    const drive = start(plain(() => ({ check: (writes) => (writes[0]!.value > 100 ? 4 : 0) })));
    expect(drive.set('profileVelocity', 101, 0)).toBe(4);
    expect(drive.set('profileVelocity', 0, 0)).toBe(0);
  });

  test('a register that reading clears shows its value once', () => {
    const drive = start(
      plain((machine) => ({
        wasRead: (signals) => signals.includes('profileVelocity') && machine.set('profileVelocity', 1),
      })),
    );
    expect([drive.get('profileVelocity', 0), drive.get('profileVelocity', 0)]).toEqual([5000, 1]);
  });
});

describe('memory cells', () => {
  test('are counted, survive the power, and give the new unit id at the next power-up', () => {
    const drive = start();
    drive.set('profileVelocity', 77, 0);
    drive.set('unitAddress', 12, 0);
    expect(drive.machine.eepromWrites()).toBe(1);
    expect(drive.machine.unit()).toBe(3);

    drive.machine.reboot(10);
    expect(drive.get('unitAddress', 1000)).toBe(12);
    expect(drive.machine.unit()).toBe(12);
    expect(drive.get('profileVelocity', 1000)).toBe(5000);
  });

  test('behind a lock are not touched', () => {
    const drive = start(plain(() => ({ isUnlocked: () => false })));
    drive.set('unitAddress', 12, 0);
    expect(drive.get('unitAddress', 1)).toBe(12);
    drive.machine.reboot(10);
    expect([drive.get('unitAddress', 1000), drive.machine.eepromWrites()]).toEqual([3, 0]);
  });
});

describe('a power cycle', () => {
  test('is silent for its time, drops the shaft, and counts the position from where it lies then', () => {
    const drive = start();
    drive.set('targetPosition', 10_000, 0);
    drive.set('controlword', 1, 0);
    drive.machine.advance(700);
    drive.machine.reboot(700);
    drive.machine.advance(700 + profile.timing.bootMs - 1);
    expect(drive.machine.isSilent()).toBe(true);
    drive.machine.advance(700 + profile.timing.bootMs);
    expect(drive.machine.isSilent()).toBe(false);

    expect(drive.get('actualPosition', 5000)).toBe(Math.round(drive.axis.shaft().position - drive.machine.zero(null)));
    expect(drive.machine.zero(null)).toBeGreaterThan(1000);
    expect(drive.get('controlword', 5000)).toBe(0);
    expect(drive.events.at(-1)).toMatchObject({ kind: 'stop', cause: { by: 'reboot' } });
  });

  test('an absolute encoder knows where it was', () => {
    const drive = start(plain(() => ({ isAbsolute: true })));
    drive.set('targetPosition', 10_000, 0);
    drive.set('controlword', 1, 0);
    drive.machine.advance(5000);
    drive.machine.reboot(5000);
    expect(drive.get('actualPosition', 9000)).toBe(10_000);
  });

  test('forgets what the behaviour remembered', () => {
    const drive = start((machine) => {
      let written = 0;
      return {
        live: { statusword: () => written },
        write: () => void (written += 1),
        isBusy: () => machine.nowMs() < 0,
      };
    });
    drive.set('controlword', 1, 0);
    expect(drive.get('statusword', 1)).toBe(1);
    drive.machine.reboot(2);
    expect(drive.get('statusword', 1000)).toBe(0);
  });
});

describe('the watchdog', () => {
  const stopping = plain((machine) => ({
    watchdog: (at) => machine.shaft().brake(50_000, at),
    isWatched: () => machine.shaft().isPowered(),
  }));

  function moving() {
    const drive = start(stopping);
    drive.set('watchdogTimeout', 200, 0);
    drive.set('targetPosition', 100_000, 0);
    drive.set('controlword', 1, 0);
    drive.machine.feedWatchdog(0);
    return drive;
  }

  test('stops the drive when the line was silent for so long, once, and names itself', () => {
    const drive = moving();
    drive.machine.advance(199);
    drive.machine.feedWatchdog(199);
    drive.machine.advance(5000);
    const changes = drive.events.filter(({ kind }) => kind === 'change');
    expect(changes.map(({ atMs, cause }) => [atMs, cause])).toEqual([[399, { by: 'watchdog' }]]);
    expect(drive.axis.shaft().velocity).toBe(0);
  });

  test('is off at 0, before the first frame, and where the family says that it does not count', () => {
    const off = moving();
    off.set('watchdogTimeout', 0, 1);
    off.machine.advance(5000);
    expect(off.events.filter(({ kind }) => kind === 'change')).toEqual([]);

    const unheard = start(stopping);
    unheard.set('watchdogTimeout', 200, 0);
    unheard.machine.feedWatchdog(0);
    unheard.machine.advance(5000);
    expect(unheard.events).toEqual([]);
  });
});

describe('faults', () => {
  const faulty = plain((machine) => ({
    faultCode: (kind) => (kind === 'over-temperature' ? 0x400 : null),
    raise: (code, shaft, at) => {
      machine.set('statusword', code);
      shaft.release(at);
    },
    live: { statusword: () => machine.value('statusword') },
  }));

  test('have the codes of the family, and a reason that lasts until it is cleared', () => {
    const drive = start(faulty);
    expect([drive.machine.faultCode('over-temperature'), drive.machine.faultCode('encoder')]).toEqual([0x400, null]);
    drive.machine.injectFault({ code: 0x400, lasts: true, channel: null }, 10);
    expect(drive.get('statusword', 11)).toBe(0x400);
  });

  test('a sensor shows what was set until it shows its own again', () => {
    const drive = start(faulty);
    drive.machine.setReading('temperature', 96, null);
    expect(drive.get('temperature', 0)).toBe(96);
    drive.machine.setReading('temperature', null, null);
    expect(drive.get('temperature', 0)).toBe(31);
  });

  test('a slow status shows the state of a while ago', () => {
    const drive = start();
    expect(drive.get('statusword', 0)).toBe(0);
    drive.machine.setStatusLag(50);
    expect(drive.get('statusword', 1)).toBe(0);
    drive.set('controlword', 1, 2);
    expect(drive.get('statusword', 50)).toBe(0);
    expect(drive.get('statusword', 51)).toBe(1);
  });
});
