import type { Profile } from '../drivers/profile/index.ts';
import type { Interlock } from './interlocks/index.ts';

/** How a line reaches its drives. */
export type LineWay =
  /** A virtual serial line of the simulator, on a pseudo-terminal at `ptyPath`. */
  | { readonly kind: 'simulated'; readonly ptyPath: string; readonly paced: boolean }
  | { readonly kind: 'serial'; readonly port: SerialPortName }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'rtuOverTcp'; readonly host: string; readonly port: number };

/** A device path, or what the operating system knows of a USB adapter. */
export type SerialPortName =
  | { readonly path: string }
  | { readonly vendorId: string; readonly productId: string; readonly serialNumber: string | null };

export interface LineConfig {
  readonly id: string;
  readonly way: LineWay;
  /** Null where bytes have no wire time (Modbus TCP). */
  readonly serial: {
    readonly baudRate: number;
    readonly parity: 'none' | 'even' | 'odd';
    readonly stopBits: 1 | 2;
  } | null;
  /** HTTP port of this line's device process; 0 takes a free one. */
  readonly httpPort: number;
}

export interface AxisConfig {
  readonly unit: 'mm' | 'deg' | 'rev' | '%';
  /** Axis units per turn of the shaft behind the gear. */
  readonly travelPerRevolution: number;
  /** Motor turns per turn of that shaft. */
  readonly gearRatio: number;
  readonly direction: 'normal' | 'inverted';
  /** Soft limits, axis units. */
  readonly range: readonly [number, number];
  /** Axis units per second, and per second squared. */
  readonly maxVelocity: number;
  readonly maxAcceleration: number;
  /** Ramp of stop; at least maxAcceleration. */
  readonly stopDeceleration: number;
  /** A move is done within this distance of its target. */
  readonly tolerance: number;
  /** Must be homed (or told its position) before it moves to a position. */
  readonly homingRequired: boolean;
}

export interface DriveConfig {
  readonly id: string;
  readonly line: string;
  readonly unit: number;
  /** Of this axis; of two in one unit, narrowed to its channel. */
  readonly profile: Profile;
  readonly axis: AxisConfig;
  readonly homing: { readonly method: number; readonly position: number; readonly velocity: number } | null;
  readonly watchdogMs: number | null;
  readonly poll: { readonly idleMs: number; readonly movingMs: number };
  /** A drive that is found powered or in motion is stopped, or left alone until it rests; latched in either case. */
  readonly onAttach: 'stop' | 'observe';
  /** Serial number the drive must have. */
  readonly serialNumber: string | null;
  readonly acceptPlaceholder: boolean;
}

export interface GroupConfig {
  readonly id: string;
  readonly drives: readonly string[];
  readonly maxStartSkewMs: number;
  readonly onMemberFault: 'stop' | 'ignore';
}

export interface MqttConfig {
  /** `embedded`: this site's own broker at host and port. */
  readonly url: string;
  readonly host: string;
  /** 0 takes a free one; only for the embedded broker. */
  readonly port: number;
  /** Nobody named a port, so the supervisor may take another when this one is taken. */
  readonly portIsDefault?: boolean;
  readonly root: string;
  readonly username: string | null;
  readonly password: string | null;
  /** Contents of the PEM files that the site file names. */
  readonly ca: string | null;
  readonly cert: string | null;
  readonly key: string | null;
}

export type AuthConfig =
  /** Only possible when every line is simulated and every listener is on loopback, or with a stated reason on loopback. */
  { readonly kind: 'open'; readonly reason: string | null } | { readonly kind: 'tokens'; readonly file: string };

/** A site file after checking: everything resolved, defaults filled in, nothing left to ask. */
export interface Site {
  readonly id: string;
  /** Absolute path of the site file. */
  readonly file: string;
  readonly http: { readonly host: string; readonly port: number; readonly hosts: readonly string[] };
  /** Of which one commands and the others stand by, with the URL at which each is reached; empty: there is one only. */
  readonly orchestrators: ReadonlyMap<string, string>;
  readonly mqtt: MqttConfig;
  /** Absolute path; holds tokens, the orchestrator's store and the virtual lines. */
  readonly dataDir: string;
  /** A libSQL server; null: a file in the data folder. */
  readonly store: { readonly url: string; readonly token: string | null } | null;
  readonly auth: AuthConfig;
  /** `strict`: a command without id, ttl, epoch and lease is refused. */
  readonly commands: 'lenient' | 'strict';
  readonly simulator: { readonly port: number };
  /** Every line is simulated. */
  readonly simulated: boolean;
  readonly lines: ReadonlyMap<string, LineConfig>;
  readonly drives: ReadonlyMap<string, DriveConfig>;
  readonly groups: ReadonlyMap<string, GroupConfig>;
  readonly interlocks: readonly Interlock[];
}

/** One thing wrong with a site file. */
export interface SiteProblem {
  readonly line: number;
  readonly column: number;
  /** "drives.lift-left.unit" */
  readonly path: string;
  /** A sentence: what was found, what was expected, what to do. */
  readonly message: string;
}
