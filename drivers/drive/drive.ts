import type { Profile, SignalName, Verb } from '../profile/index.ts';
import type { DriveIntent, DriveState } from '../schemes/index.ts';

/** One reading of a drive: all values from the same fast poll (slow values from the last slow one). */
export interface DriveSample {
  readonly state: DriveState;
  /** Monotonic instant at which the fast read was asked for: what it shows is no older. */
  readonly sampledAtMs: number;
  /** The same instant for people. */
  readonly sampledAtUnixMs: number;
  /** Counts up by one for each sample. */
  readonly number: number;
}

export interface DriveIdentity {
  readonly vendorId: number | null;
  readonly productCode: number | null;
  readonly firmware: string | null;
  readonly serialNumber: string | null;
  readonly bootCounter: number | null;
}

export interface ExecuteOptions {
  /** Asked before each frame that may move the axis; false drops it (FENCED). */
  readonly stillWanted: () => boolean;
  /** Monotonic instant after which no frame that may move the axis leaves (EXPIRED). */
  readonly notAfterMs?: number | undefined;
  /** The answer to a frame that may move the axis was lost: until this call settles nobody knows whether the drive obeys. */
  readonly onDoubt?: (() => void) | undefined;
  /**
   * Asked when all that comes before the trigger has been carried out: the trigger leaves once it resolves. It rejects
   * when the signal, which a stop aborts, says so.
   */
  readonly beforeTrigger?: ((signal: AbortSignal) => Promise<void>) | undefined;
  /** Only one part of the intent; all of it where nothing is said. */
  readonly part?: Part | undefined;
}

/**
 * A set-point in two parts, for a start at a given moment. `prepare` carries out what comes before the trigger and moves
 * nothing; `commit` plans anew, reads back what was prepared instead of writing it again, and triggers.
 */
export type Part = 'prepare' | 'commit';

/** What is known once the steps of an intent have been carried out. */
export interface Executed {
  /** Monotonic instant at which the trigger (or last) frame was acknowledged. */
  readonly acknowledgedAtMs: number;
  /** The set-point counter after the acknowledge, where the drive counts; proves later reads belong to this set-point. */
  readonly setpointCounter: number | null;
  /** The answer to the trigger was lost and the effect was proved by reading back. */
  readonly resolved: boolean;
}

export type DriveLink =
  | { readonly state: 'online' }
  /** Connected but not (yet) usable: wrong identity, or being configured. */
  | { readonly state: 'refused'; readonly reason: string }
  | { readonly state: 'offline'; readonly reason: string };

/** A setting that was found to be another than it must be, in canonical units. */
export interface ForeignSetting {
  readonly signal: SignalName;
  readonly held: number;
  readonly wanted: number;
}

/** What the drive reports by itself. */
export interface DriveListener {
  sample(sample: DriveSample): void;
  /** After `online` the identity has been checked, the configuration written and verified. */
  link(link: DriveLink): void;
  /** Before `online`, where the drive held other settings than are wanted; they have been written and verified. */
  reconfigured?(found: readonly ForeignSetting[]): void;
  /** The drive has been power-cycled (boot counter or reset values): position and homing are void. */
  rebooted(): void;
  /** The other drive of its unit was stopped, and this one with it. */
  stoppedWithOther?(): void;
}

export interface StopProof {
  /** Monotonic instant of the stop frame's acknowledge; null when nobody answered. */
  readonly acknowledgedAtMs: number | null;
  /** A read after the stop showed the drive at rest, or in a state in which it cannot move by itself. */
  readonly atRest: boolean;
}

/**
 * One drive on one line. Polls it (fast while it moves or was just commanded, slow when idle), identifies it before
 * anything else, carries out intents step by step, resolves lost answers by reading back. Knows counts, not axes; does
 * what it is told when it is told, and does not ask who or why.
 */
export interface Drive {
  readonly unit: number;
  readonly profile: Profile;
  readonly verbs: ReadonlySet<Verb>;
  /** Begins to poll; the first `link` call says whether the drive is there. */
  start(listener: DriveListener): void;
  link(): DriveLink;
  identity(): DriveIdentity | null;
  latest(): DriveSample | null;
  /** Whether it is read as often as one that moves: it does, it may, or it was told something just now. */
  isHurried(): boolean;
  /** The first sample whose read was *sent* after this call. */
  fresh(timeoutMs: number): Promise<DriveSample>;
  /**
   * Carries out one intent; one at a time, a second call waits. Resolves when the drive has *accepted* it (set-point
   * acknowledged, state reached), not when the motion has ended. Rejects with DriverError, whose `executed` says
   * whether the drive may have acted.
   */
  execute(intent: DriveIntent, options: ExecuteOptions): Promise<Executed>;
  /** Goes ahead of everything, also of a running `execute`; repeats until acknowledged or `giveUpMs` has passed; then reads back. */
  stop(giveUpMs?: number): Promise<StopProof>;
  /**
   * Its readings have shown that it may have been off, as by a position that nothing explains: where it counts no boots it is
   * asked whether it still holds what was written into it, and is found anew where it does not.
   */
  suspectRestart(): void;
  /** Raw access for engineers; the profile's deny list holds here too. */
  readRegisters(address: number, count: number): Promise<readonly number[]>;
  writeRegister(address: number, value: number): Promise<void>;
  close(): Promise<void>;
}

/** Starts every drive of a line that is armed for `group`, by one broadcast frame. Rejects with DriverError. */
export type TriggerGroup = (group: number, options: ExecuteOptions) => Promise<{ readonly sentAtMs: number }>;
