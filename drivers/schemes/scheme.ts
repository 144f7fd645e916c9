import type { Counts } from '../base/index.ts';
import type { FaultText, Profile, SignalName, Signals, Verb } from '../profile/index.ts';

/** What a drive is told to do, in its own frame. Velocities counts/s, accelerations counts/s^2, all positive unless signed. */
export type DriveIntent =
  | { readonly kind: 'enable' }
  | ({ readonly kind: 'disable' } & StopRamp)
  | { readonly kind: 'resetFault' }
  | ({ readonly kind: 'moveTo' } & PositionSetpoint)
  /** Writes and verifies a set-point without starting it; `startArmed` or the line's group trigger does. */
  | ({ readonly kind: 'arm'; readonly group: number } & PositionSetpoint)
  | { readonly kind: 'startArmed' }
  | { readonly kind: 'disarm' }
  | {
      readonly kind: 'moveVelocity';
      readonly velocity: number;
      readonly acceleration: number;
      readonly deceleration: number;
    }
  | {
      readonly kind: 'home';
      readonly method: number;
      /** What the position reads at the reference. */
      readonly position: Counts;
      readonly fast: number;
      readonly slow: number;
      readonly acceleration: number;
    }
  /** Declares the present position; never moves. */
  | { readonly kind: 'setPosition'; readonly position: Counts }
  | ({
      readonly kind: 'halt';
      /** counts/s^2, for this halt; only of a profile whose halts take one. Absent: that of the motion, or the drive's own. */
      readonly ramp?: number | undefined;
    } & StopRamp)
  | ({
      readonly kind: 'quickStop';
      /** How old the reading is that this is planned from; absent where there is none. */
      readonly readingAgeMs?: number | undefined;
    } & StopRamp);

/** What the mechanics bear when they are stopped. The drive room fills it in, for drives that keep no such ramp. */
interface StopRamp {
  /** counts/s^2 */
  readonly deceleration?: number | undefined;
}

export interface PositionSetpoint {
  readonly target: Counts;
  readonly velocity: number;
  readonly acceleration: number;
  readonly deceleration: number;
}

/** What a drive says of itself, free of any vendor. A value that was not read is null. */
export interface DriveState {
  readonly power:
    'not-ready' | 'disabled' | 'ready' | 'enabled' | 'quick-stop' | 'fault-reaction' | 'fault' | 'unknown';
  readonly position: Counts | null;
  /** counts/s */
  readonly velocity: number | null;
  readonly followingError: Counts | null;
  /** % of rated */
  readonly torque: number | null;
  /** degC */
  readonly temperature: number | null;
  /** V */
  readonly supplyVoltage: number | null;
  readonly moving: boolean | null;
  /** The drive's own word; believed only after the acknowledge of this set-point. */
  readonly targetReached: boolean | null;
  /** Set-points the drive has accepted since power-up, modulo 65536; null where it does not count. */
  readonly setpointCounter: number | null;
  readonly homing: 'idle' | 'running' | 'attained' | 'error';
  /** The position is referenced since power-up. */
  readonly referenced: boolean | null;
  readonly internalLimit: boolean;
  readonly limits: {
    readonly negative: boolean | null;
    readonly positive: boolean | null;
    readonly home: boolean | null;
  };
  readonly fault: (Omit<FaultText, 'remedy'> & { readonly remedy: string | null }) | null;
  readonly warning: boolean;
  readonly bootCounter: number | null;
}

/** Values for registers, canonical units. */
export type SignalValues = Readonly<Partial<Record<SignalName, number>>>;

/** A condition on one word, as data: (signal & mask) === equals. */
export interface Condition {
  readonly signal: SignalName;
  readonly mask: number;
  readonly equals: number;
}

/**
 * One thing to do on the wire, as data. A list of steps is carried out in order; the first failure ends it.
 * - `write`: parameters, harmless by themselves; neighbours go in one frame.
 * - `verify`: read back the same signals and compare exactly after scaling.
 * - `trigger`: ONE frame that may start, continue or re-target motion; fenced by the motion epoch, never sent twice. Its
 *   values are neighbours or one command block; parameters belong in it only where the drive knows no other way.
 *   `proof`: any of these conditions, read after a lost answer, shows that the drive obeyed; none of them held before.
 *   `disproof`: any of these shows that it did not, where no proof holds; for triggers that cannot be read back.
 *   `isPulse`: the registers are written by others too, or the same value may start again and again: what stands in them
 *   afterwards tells nothing, only proof and disproof do.
 * - `command`: one frame that cannot start motion (enable hops, halt, quick stop, fault reset, disarm); `also` holds the
 *   rest of its command block.
 * - `await`: poll until one of `until` holds; `failIf` ends it at once; too late is STEP_TIMEOUT.
 *   Reads sent within `settleMs` after the step began are not believed: the drive may still show the state before.
 */
export type Step =
  | { readonly do: 'write'; readonly values: SignalValues }
  | { readonly do: 'verify'; readonly values: SignalValues }
  | {
      readonly do: 'trigger';
      readonly values: SignalValues;
      readonly proof: readonly Condition[];
      readonly disproof?: readonly Condition[];
      readonly isPulse?: true;
      /** How old the reading may be that it was planned from; later, it would move the axis otherwise than was meant. */
      readonly freshForMs?: number;
    }
  | {
      readonly do: 'command';
      readonly signal: SignalName;
      readonly value: number;
      readonly also?: SignalValues;
    }
  | {
      readonly do: 'await';
      readonly until: readonly Condition[];
      readonly failIf?: readonly Condition[];
      readonly withinMs: number;
      readonly settleMs?: number;
      /** What is waited for, for the error message. */
      readonly what: string;
    };

/** A step that cannot start motion. */
export type Command = Extract<Step, { do: 'command' }>;

/** The next steps towards an intent, or why the drive cannot do it now. */
export type Plan =
  | { readonly ok: true; readonly steps: readonly Step[] }
  | { readonly ok: false; readonly reason: 'unsupported' | 'wrong-state' | 'fault'; readonly detail: string };

/** How a family of drives is commanded. Pure: no wire, no time, no axis. */
export interface Scheme {
  readonly id: Profile['scheme'];
  /** What `power` shows once a quick stop was obeyed: a state of its own, or enabled still. */
  readonly stopShows: 'quick-stop' | 'enabled' | 'disabled';
  toDriveState(signals: Signals, profile: Profile): DriveState;
  /** Signals that `plan` wants to know for this intent besides the fast ones; those without a register stay absent. */
  alsoNeeds(intent: DriveIntent): readonly SignalName[];
  /** What these readings make worth another read in the same poll, as the reason of a fault; nothing where it is left out. */
  furtherReads?(signals: Signals, profile: Profile): readonly SignalName[];
  /**
   * @param now the signals of a fresh read: the fast ones and `alsoNeeds`. `quickStop` is planned from the latest
   * reading, however old, or from nothing; its steps are only commands.
   */
  plan(intent: DriveIntent, now: Signals, profile: Profile): Plan;
  /**
   * The quick stop that is right for every drive of the model whatever it is doing, so that a broadcast may carry it.
   * Left out where the stop is planned from what the one drive was read to do.
   */
  readonly commonStop?: readonly Command[];
  /**
   * The next harder stop, asked for when a reading taken after the acknowledged quick stop does not show the drive at
   * rest; empty where it is stopping as it should. A family that has but one stop leaves this out.
   */
  stopHarder?(now: Signals): readonly Step[];
  /** The verbs that the profile's registers really allow. */
  verbs(profile: Profile): ReadonlySet<Verb>;
  /** Writes and verifies that must hold before the first command after a connect (watchdog, quick-stop option). */
  configuration(
    profile: Profile,
    wanted: { readonly watchdogMs: number | null; readonly quickStopDeceleration: number },
  ): readonly Step[];
}
