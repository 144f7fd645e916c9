import type {
  CommandResource,
  DriveCommandName,
  DriveDescription,
  DriveStateMessage,
  LeadershipGrant,
  LeadershipRenewal,
  LeadershipRequest,
  LeadershipState,
  LineTrigger,
  LeaseGrant,
  LeaseRenewal,
  LeaseRequest,
  LineTriggerAnswer,
  StopReport,
} from '../contracts/index.ts';

/** One command to one drive. */
export interface DriveOrder {
  readonly drive: string;
  readonly command: DriveCommandName;
  /** Made by the caller, so that an order whose answer was lost can be looked up. */
  readonly id: string;
  /** Parameters, and what else of the envelope is wanted. */
  readonly body: Readonly<Record<string, unknown>>;
  /** How long to wait for its end; what has not ended by then is answered as it is. */
  readonly waitMs: number;
}

/**
 * The device process of one line, as the orchestrator sees it. Every call ends within a bounded time. What the process
 * refuses is a Refusal; when it cannot be asked, DeviceUnreachable. Nothing that moves is ever sent twice.
 */
export interface DeviceClient {
  command(order: DriveOrder): Promise<CommandResource>;
  readCommand(drive: string, id: string): Promise<CommandResource>;
  readState(drive: string): Promise<DriveStateMessage>;
  describe(): Promise<readonly DriveDescription[]>;
  /** Exclusive control of a drive; a second take by the same owner fences the first. */
  takeLease(drive: string, request: LeaseRequest): Promise<LeaseGrant>;
  renewLease(drive: string, renewal: LeaseRenewal): Promise<LeaseGrant>;
  giveLeaseBack(drive: string, token: string): Promise<void>;
  /** Which orchestrator the line obeys, where the site has more than one. */
  readLeadership(line: string): Promise<LeadershipState>;
  takeLeadership(line: string, request: LeadershipRequest): Promise<LeadershipGrant>;
  renewLeadership(line: string, renewal: LeadershipRenewal): Promise<LeadershipGrant>;
  giveLeadershipBack(line: string, token: string): Promise<void>;
  trigger(line: string, trigger: LineTrigger): Promise<LineTriggerAnswer>;
  /** Stops every drive of the line and waits for its proof; the one call that is repeated when nobody is there. */
  stopAll(withinMs: number): Promise<StopReport>;
}

/**
 * Gives the client of the device process at a base URL.
 * @param fence gives the token that is shown with every change but a stop; null for none. It throws a Refusal where this
 * orchestrator must not ask for a change
 */
export type ConnectDevice = (url: string, fence: () => string | null) => DeviceClient;

/** The device process could not be asked, or did not say. */
export class DeviceUnreachable extends Error {
  override readonly name = 'DeviceUnreachable';
  /** `no`: the request never got there; `unknown`: it may have been heard, and read-back must tell. */
  readonly executed: 'no' | 'unknown';
  constructor(message: string, executed: 'no' | 'unknown', cause?: unknown) {
    super(message, { cause });
    this.executed = executed;
  }
}
