import type { Machine } from '../behaviour.ts';
import type { Moment } from '../firmware.ts';
import type { Shaft } from '../shaft.ts';
import { cellsOf } from './cells.ts';
import { rampOf, RPM } from './kinematics.ts';

/** What the low byte of the homing state shows. */
export const HomingState = { underWay: 0, attained: 1, failedOrNever: 2 } as const;

/** Homing kinds of block 94h; the single-turn return has no zero to return to here. */
const END_STOP = 0;
const MECHANICAL = 1;
/** How long the motor pushes against a mechanical stop before it believes in it. */
const PUSHES_MS = 100;
const HOMING_CODE = 236;

type Phase = 'clear' | 'seek' | 'backOff' | 'settle';

/** The search for the origin as it has been set up: until the switch closes, or until the shaft can go no farther. */
export interface Origin {
  isUnderWay(): boolean;
  begin(at: Moment): void;
  /** Stopped by something else: it has failed. */
  giveUp(): void;
  tick(atMs: number): void;
}

export function createOrigin(machine: Machine, setState: (state: number) => void): Origin {
  return new OriginSearch(machine, setState);
}

class OriginSearch implements Origin {
  readonly #machine: Machine;
  readonly #setState: (state: number) => void;
  #phase: Phase | null = null;
  #cause: Moment['cause'] = { by: 'load' };

  constructor(machine: Machine, setState: (state: number) => void) {
    this.#machine = machine;
    this.#setState = setState;
  }

  isUnderWay = (): boolean => this.#phase !== null;

  begin({ atMs, cause }: Moment): void {
    this.#cause = cause;
    this.#setState(HomingState.underWay);
    const kind = this.#kind();
    if (kind !== END_STOP && kind !== MECHANICAL) this.giveUp();
    else if (kind === END_STOP && this.#shaft().switches().home) this.#run('clear', -1, atMs);
    else this.#run('seek', 1, atMs);
  }

  giveUp(): void {
    if (this.#machine.value('homingResult') === HomingState.underWay) this.#setState(HomingState.failedOrNever);
    this.#phase = null;
  }

  tick(atMs: number): void {
    if (this.#phase === null) return;
    if (this.#phase === 'clear' && !this.#shaft().switches().home) this.#run('seek', 1, atMs);
    else if (this.#phase === 'seek' && this.#isFound(atMs)) this.#found(atMs);
    else if (this.#phase === 'backOff' || this.#phase === 'settle') this.#settle(atMs);
    // something else has stopped the search
    else if (this.#shaft().isCourseDone(atMs)) this.giveUp();
  }

  #isFound(atMs: number): boolean {
    const shaft = this.#shaft();
    return this.#kind() === MECHANICAL ? shaft.blockedForMs(atMs) >= PUSHES_MS : shaft.switches().home;
  }

  #found(atMs: number): void {
    const shaft = this.#shaft();
    if (this.#kind() === MECHANICAL) {
      this.#phase = 'backOff';
      const { rpm, way } = cellsOf(this.#machine).homing;
      const back = shaft.position() - way * this.#machine.value('homingOffset');
      shaft.moveTo(back, { velocity: rpm * RPM, ...rampOf(HOMING_CODE) }, { atMs, cause: this.#cause });
      return;
    }
    this.#phase = 'settle';
    shaft.brake(Infinity, { atMs, cause: this.#cause });
  }

  #settle(atMs: number): void {
    const shaft = this.#shaft();
    if (!shaft.isStanding(atMs)) return;
    this.#phase = null;
    shaft.setPosition(0);
    this.#setState(HomingState.attained);
  }

  #run(phase: Phase, sense: 1 | -1, atMs: number): void {
    this.#phase = phase;
    const { rpm, way } = cellsOf(this.#machine).homing;
    this.#shaft().run(sense * way * rpm * RPM, rampOf(HOMING_CODE), { atMs, cause: this.#cause });
  }

  #kind = (): number => this.#machine.value('homingKind');
  #shaft = (): Shaft => this.#machine.shaft();
}
