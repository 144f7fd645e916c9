import type { SignalName } from '../../../drivers/profile/index.ts';
import type { Behaviour, Machine, Written } from '../behaviour.ts';
import type { DriveFaultKind } from '../fault-kinds.ts';
import type { Moment } from '../firmware.ts';
import type { Shaft } from '../shaft.ts';

/** Status bits, as the maker's TTL servos have them; for this firmware nobody has found them (concluded). */
const bits: Readonly<Partial<Record<DriveFaultKind, number>>> = {
  'over-voltage': 0x01,
  'under-voltage': 0x01,
  encoder: 0x02,
  'over-temperature': 0x04,
  'over-current': 0x08,
  stall: 0x20,
};
const LETS_GO = 0x08 | 0x20;
const OVERLOADED = 0x20;
/** Pushed so long without turning, it gives up (concluded). */
const OVERLOAD_MS = 2000;

/** Velocity 0 is the greatest, steps/s (concluded). */
const GREATEST_VELOCITY = 10_000;
/** Writing these sets a servo with torque going. */
const drivers: readonly SignalName[] = ['targetPosition', 'torqueEnable', 'middlePosition'];
const MIDDLE = { command: 4, position: 2047 } as const;

/** A servo between two power-ups. It knows no stop and no arrival: it goes to the goal in its register whenever it has torque. */
export class BusServo implements Behaviour {
  readonly isAbsolute = true;
  readonly statusSignals = ['movingFlag', 'actualPosition'] as const;
  readonly live: NonNullable<Behaviour['live']>;
  readonly #machine: Machine;
  /** Faults whose reason was the torque itself. */
  #latched = 0;

  constructor(machine: Machine) {
    this.#machine = machine;
    machine.set('targetPosition', Math.round(machine.shaft().position()));
    this.live = {
      errorCode: (shaft) => [...shaft.conditions].reduce((word, bit) => word | bit, this.#latched),
      actualPosition: (shaft) => shaft.position(),
      actualVelocity: (shaft) => shaft.velocity(),
      actualTorque: (shaft) => shaft.torque(),
      movingFlag: (shaft, atMs) => (shaft.isStanding(atMs) ? 0 : 1),
      actualCurrent: (shaft) => shaft.torque() * 10,
    };
  }

  /** Whatever fits into a register is taken. */
  check = (): number => 0;
  isUnlocked = (): boolean => this.#machine.value('eepromLock') === 0;
  faultCode = (kind: DriveFaultKind): number | null => bits[kind] ?? null;

  write(writes: readonly Written[], at: Moment): void {
    const written = new Map(writes.map(({ signal, value }) => [signal, value]));
    if (written.get('middlePosition') === MIDDLE.command) this.#shaft().setPosition(MIDDLE.position);
    if (written.has('unitAddress')) this.#machine.setUnit(this.#machine.value('unitAddress'));
    if (written.get('torqueEnable') === 0) this.#letGo(at);
    const isDriven = drivers.some((signal) => written.has(signal));
    if (isDriven && this.#machine.value('torqueEnable') === 1) this.#drive(at);
  }

  tick(atMs: number): void {
    const cause = { by: 'fault', code: OVERLOADED } as const;
    if (this.#shaft().blockedForMs(atMs) >= OVERLOAD_MS) this.raise(OVERLOADED, this.#shaft(), { atMs, cause });
  }

  raise(code: number, shaft: Shaft, at: Moment): void {
    if ((code & LETS_GO) === 0) return;
    this.#latched |= code;
    this.#machine.set('torqueEnable', 0);
    shaft.release(at);
  }

  #letGo(at: Moment): void {
    this.#latched = 0;
    this.#shaft().release(at);
  }

  /** The goal may be one of an earlier life: the servo does not ask. */
  #drive(at: Moment): void {
    const shaft = this.#shaft();
    shaft.hold(at.atMs);
    const velocity = this.#machine.value('profileVelocity') || GREATEST_VELOCITY;
    const ramp = this.#machine.value('profileAcceleration') || Infinity;
    shaft.moveTo(this.#machine.value('targetPosition'), { velocity, acceleration: ramp, deceleration: ramp }, at);
  }

  #shaft = (): Shaft => this.#machine.shaft();
}
