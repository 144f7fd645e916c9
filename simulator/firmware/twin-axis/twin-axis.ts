import type { SignalName } from '../../../drivers/profile/index.ts';
import type { Behaviour, Machine, Personality, Written } from '../behaviour.ts';
import type { DriveFaultKind } from '../fault-kinds.ts';
import type { Moment } from '../firmware.ts';
import { ILLEGAL_VALUE } from '../register-file.ts';
import { CONTROL_WORDS, TwinUnit } from './unit.ts';

/** A read that comes sooner after a write is lost. */
const DEAF_AFTER_WRITE_MS = 5;
const READ = 3;

/** Bits of the alarm registers. */
const alarmBits: Readonly<Partial<Record<DriveFaultKind, number>>> = {
  'over-voltage': 0x01,
  'under-voltage': 0x02,
  'over-current': 0x04,
  stall: 0x08,
  encoder: 0x20,
  'following-error': 0x20,
  'over-temperature': 0x400,
};

/** What register 2010 keeps. */
const saved: readonly SignalName[] = [
  'watchdogTimeout',
  'unitAddress',
  'baudRateCode',
  'lockAtPowerUp',
  'maxSpeed',
  'inputPolarity',
  'firstInputFunction',
  'secondInputFunction',
  'outputPolarity',
  'firstOutputFunction',
  'secondOutputFunction',
  'profileAcceleration',
  'profileDeceleration',
  'quickStopDeceleration',
];

/** Two motors behind one control word: nothing tells whether they are enabled but that word itself. */
export const twinAxis: Personality = (machine) => {
  const unit = new TwinUnit(machine);
  return {
    functionCodes: [3, 6, 16],
    live: liveOf(unit),
    check: (writes) => (writes.every((write) => isPossible(write, machine)) ? 0 : ILLEGAL_VALUE),
    write(writes, at) {
      for (const write of writes) obey(write, at, { machine, unit });
    },
    tick: (atMs) => unit.tick(atMs),
    isBusy: () => unit.motors.some((motor) => motor.isReleasing()),
    faultCode: (kind) => alarmBits[kind] ?? null,
    raise: (code, shaft, at) => unit.raise(code, shaft, at),
    watchdog: (at) => unit.stopByItself(at),
    isWatched: () => unit.canMove(),
    stopInput: (isOn, at) => unit.setStopInput(isOn, at),
    // only what is saved by command reaches a cell, except for the Hall offset
    isUnlocked: (signal) => signal === 'hallOffset',
    frame(body, atMs) {
      const isLost = body[1] === READ && atMs - machine.lastWriteMs() < DEAF_AFTER_WRITE_MS;
      return isLost ? null : 'usual';
    },
  };
};

function liveOf(unit: TwinUnit): NonNullable<Behaviour['live']> {
  return {
    motorState: (shaft, atMs) => Number(unit.motorOf(shaft).runs(atMs)),
    neighbourState: (shaft, atMs) => Number(unit.otherThan(shaft).runs(atMs)),
    errorCode: (shaft) => unit.motorOf(shaft).alarms,
    neighbourErrorCode: (shaft) => unit.otherThan(shaft).alarms,
    actualPosition: (shaft) => shaft.position(),
    actualVelocity: (shaft) => shaft.velocity(),
    actualTorque: (shaft) => shaft.torque(),
    digitalInputs: () => Number(unit.isInputStopped()),
  };
}

function isPossible(write: Parameters<NonNullable<Behaviour['check']>>[0][number], machine: Machine): boolean {
  return write.signal === 'controlword' ? CONTROL_WORDS.includes(write.value) : machine.inRange(write);
}

/** Commands go back to 0 by themselves. */
function obey({ signal, value, channel }: Written, at: Moment, parts: { machine: Machine; unit: TwinUnit }): void {
  const { machine, unit } = parts;
  if (signal === 'controlword') unit.obey(value, at);
  if (signal === 'targetVelocity') unit.turn(machine.shaft(channel), at);
  if (signal === 'clearFeedback' || signal === 'zeroAbsolute') {
    for (const motor of unit.motors) if (motor.isChosenBy(value)) motor[signal]();
    machine.set(signal, 0);
  }
  if (signal === 'saveCommand') {
    if (value === 1) machine.save(saved);
    machine.set(signal, 0);
  }
}
