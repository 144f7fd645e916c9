import type { Clock } from '../../../drivers/base/index.ts';
import { decodeValue, encodeValue, wordsOf, type Profile, type SignalName } from '../../../drivers/profile/index.ts';
import type { Frame } from './fake-frame.ts';

const CODES = { disabled: 0x40, ready: 0x21, on: 0x23, enabled: 0x27, quickStop: 0x07, fault: 0x08 };
type Power = keyof typeof CODES;

/**
 * The least of a CiA 402 drive: power states, set-point handshake, motion at constant velocity, homing that takes
 * 100 ms, arming. Written for these tests from the standard's tables, without the code under test.
 */
export class FakeDrive {
  readonly words = new Map<number, number>();
  power: Power = 'disabled';
  bufferFull = false;
  /** Status cycles by which the statusword lags. */
  attained = false;
  homingUntilMs: number | null = null;
  position = 0;
  velocity = 0;
  goal: number | null = null;
  motions: string[] = [];
  /** A drive that never acknowledges. */
  isDeaf = false;
  /** Ramps down for longer than anybody waits before it leaves "operation enabled". */
  isSlowToSwitchOff = false;
  readonly #profile: Profile;
  readonly #clock: Clock;
  #lastControl = 0;
  #lastMs = 0;

  constructor(profile: Profile, clock: Clock) {
    this.#profile = profile;
    this.#clock = clock;
    for (const [signal, value] of Object.entries(profile.resetValues)) this.set(signal as SignalName, value);
    this.set('bootCounter', 1);
    this.set('serialNumber', 4711);
  }

  get(signal: SignalName): number {
    const register = this.#profile.registers[signal]!;
    const own = Array.from({ length: wordsOf(register.type) }, (_, at) => this.words.get(register.address + at) ?? 0);
    return decodeValue(own, register, this.#profile.wordOrder);
  }

  set(signal: SignalName, value: number): void {
    const register = this.#profile.registers[signal]!;
    encodeValue(value, register, this.#profile.wordOrder).forEach((word, at) =>
      this.words.set(register.address + at, word),
    );
  }

  serve({ kind, address, count, values }: Frame): readonly number[] {
    this.run();
    if (kind === 'read') {
      this.#show();
      return Array.from({ length: count }, (_, at) => this.words.get(address + at) ?? 0);
    }
    values.forEach((word, at) => this.words.set(address + at, word));
    this.#obey(address);
    return [];
  }

  /** Power off and on: everything volatile is gone. */
  reboot(): void {
    const boots = this.get('bootCounter') + 1;
    this.words.clear();
    for (const [signal, value] of Object.entries(this.#profile.resetValues)) this.set(signal as SignalName, value);
    this.set('bootCounter', boots);
    this.set('serialNumber', 4711);
    this.power = 'disabled';
    this.isSlowToSwitchOff = false;
    this.velocity = 0;
    this.goal = null;
    this.#lastControl = 0;
  }

  fail(code: number): void {
    this.set('errorCode', code);
    this.power = 'fault';
    this.#stand();
  }

  /** Lets the time since the last call pass. */
  run(): void {
    const nowMs = this.#clock.nowMs();
    const step = (this.velocity * (nowMs - this.#lastMs)) / 1000;
    this.#lastMs = nowMs;
    if (this.homingUntilMs !== null && nowMs >= this.homingUntilMs) {
      this.homingUntilMs = null;
      this.attained = true;
      this.position = this.get('homeOffset');
    }
    if (this.goal !== null && Math.abs(this.goal - this.position) <= Math.abs(step)) {
      this.position = this.goal;
      this.#stand();
    } else this.position += step;
  }

  #stand(): void {
    this.velocity = 0;
    this.goal = null;
  }

  #go(goal: number): void {
    this.motions.push(`to ${goal}`);
    this.goal = goal;
    this.velocity = Math.sign(goal - this.position) * this.get('profileVelocity');
    this.set('setpointCounter', (this.get('setpointCounter') + 1) % 0x1_0000);
    if (this.velocity === 0) this.#stand();
  }

  #show(): void {
    const mode = this.get('modeDisplay');
    const isHoming = mode === 6;
    const bit12 = isHoming ? this.attained : mode === 3 ? this.velocity === 0 : this.bufferFull;
    const bit10 = isHoming ? this.homingUntilMs === null : this.velocity === 0;
    this.set('statusword', CODES[this.power] | 0x200 | (bit10 ? 0x400 : 0) | (bit12 ? 0x1000 : 0));
    this.set('actualPosition', Math.round(this.position));
    this.set('actualVelocity', Math.round(this.velocity));
  }

  #obey(address: number): void {
    const at = (signal: SignalName): boolean => this.#profile.registers[signal]!.address === address;
    if (at('modeOfOperation')) this.#enterMode(this.get('modeOfOperation'));
    if (at('controlword')) this.#control(this.get('controlword'));
    if (at('groupTrigger')) this.#groupTrigger(this.get('groupTrigger'));
    if (this.power === 'enabled' && this.get('modeDisplay') === 3) this.#turn();
  }

  #enterMode(mode: number): void {
    if (mode !== this.get('modeDisplay')) this.#stand();
    this.set('modeDisplay', mode);
    this.bufferFull = false;
  }

  #turn(): void {
    const isHalted = (this.#lastControl & 0x100) !== 0;
    const wanted = isHalted ? 0 : this.get('targetVelocity');
    if (wanted !== this.velocity) this.motions.push(`at ${wanted}`);
    this.velocity = wanted;
    this.goal = null;
  }

  #groupTrigger(group: number): void {
    this.set('groupTrigger', 0);
    if (this.power !== 'enabled' || group === 0 || this.get('armGroup') !== group) return;
    this.set('armGroup', 0);
    this.#go(this.get('targetPosition'));
  }

  #control(word: number): void {
    const before = this.#lastControl;
    this.#lastControl = word;
    this.#switchPower(word, before);
    if (this.power !== 'enabled') return;
    if ((word & 0x100) !== 0) this.#halt();
    const isEdge = (word & 0x10) !== 0 && (before & 0x10) === 0;
    if (isEdge && this.get('modeDisplay') === 1 && !this.isDeaf) {
      this.bufferFull = true;
      this.set('armGroup', 0);
      this.#go(this.get('targetPosition'));
    }
    if ((word & 0x10) === 0 && this.get('modeDisplay') === 1) this.bufferFull = false;
    if (isEdge && this.get('modeDisplay') === 6) this.#home();
  }

  #halt(): void {
    this.#stand();
    this.set('armGroup', 0);
  }

  #home(): void {
    this.attained = false;
    const isStill = [35, 37].includes(this.get('homingMethod'));
    this.motions.push(isStill ? 'set position' : 'home');
    this.homingUntilMs = this.#clock.nowMs() + (isStill ? 0 : 100);
  }

  #switchPower(word: number, before: number): void {
    const isReset = (word & 0x80) !== 0 && (before & 0x80) === 0;
    if (this.power === 'fault') {
      if (isReset) {
        this.power = 'disabled';
        this.set('errorCode', 0);
      }
      return;
    }
    const low = word & 0x0f;
    if ((low & 0x02) === 0) this.power = 'disabled';
    else if ((low & 0x04) === 0)
      this.power = this.power === 'enabled' || this.power === 'quickStop' ? 'quickStop' : 'disabled';
    else if (low === 0x06) this.power = 'ready';
    else if (low === 0x07 && this.isSlowToSwitchOff) return;
    else if (low === 0x07) this.power = this.power === 'disabled' ? 'disabled' : 'on';
    else if (this.power === 'on' || this.power === 'quickStop') this.power = 'enabled';
    if (this.power !== 'enabled') {
      this.#stand();
      this.set('armGroup', 0);
    }
  }
}
