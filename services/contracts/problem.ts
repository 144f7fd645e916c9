import { z } from 'zod';

interface ProblemKind {
  readonly status: number;
  readonly title: string;
  /** What the caller should do. */
  readonly remedy: string;
}

/** Every refusal there is (motion reference, error taxonomy): one row gives HTTP status, title and what to do. */
export const problems = {
  // request
  malformed: {
    status: 400,
    title: 'The request cannot be read',
    remedy: 'Correct the body; `errors` says where and what was expected.',
  },
  unknownField: { status: 400, title: 'Unknown field', remedy: 'Remove or correct the fields named in `errors`.' },
  invalidValue: { status: 400, title: 'Invalid value', remedy: 'Correct the values named in `errors`.' },
  unsupported: { status: 422, title: 'This drive cannot do that', remedy: 'See `capabilities` of the drive.' },
  duplicateId: {
    status: 422,
    title: 'This id was used for another command',
    remedy: 'Make a new id for each command.',
  },
  notFound: { status: 404, title: 'Not found', remedy: 'See GET /v1/site for what there is.' },
  tooLarge: { status: 413, title: 'The request is too large', remedy: 'A body has at most 64 KiB.' },
  // authority
  unauthorized: { status: 401, title: 'A token is needed', remedy: 'Send Authorization: Bearer TOKEN.' },
  forbidden: { status: 403, title: 'This role may not do that', remedy: 'Ask for a token with a higher role.' },
  foreignOrigin: {
    status: 403,
    title: 'Refused: another web origin asks',
    remedy: 'Open the page from its own address.',
  },
  misdirected: {
    status: 421,
    title: 'Unknown host name',
    remedy: 'Use the address printed at start, or name the host under http.hosts.',
  },
  leaseRequired: { status: 409, title: 'A lease is needed', remedy: 'Take the lease of the drive first.' },
  leaseHeld: {
    status: 423,
    title: 'Another commander holds the lease',
    remedy: 'Wait until it ends, or ask its owner.',
  },
  leaseExpired: { status: 409, title: 'The lease has ended', remedy: 'Take it again.' },
  maintenance: {
    status: 423,
    title: 'The axis is locked for maintenance',
    remedy: 'Make sure that nobody works on it, then take the lock away.',
  },
  tokenStale: { status: 409, title: 'A newer lease exists', remedy: 'Take the lease again.' },
  fenced: {
    status: 409,
    title: 'The line obeys another orchestrator',
    remedy: 'Command through the orchestrator that is active.',
  },
  standby: {
    status: 409,
    title: 'This orchestrator stands by',
    remedy: 'Send it to the active one; `instead` is its URL. A stop is taken here too.',
  },
  // state
  notEnabled: { status: 409, title: 'The axis is not enabled', remedy: 'Enable it first.' },
  notHomed: {
    status: 409,
    title: 'The axis is not homed',
    remedy: 'Home it, or declare its position with set-position.',
  },
  busy: { status: 409, title: 'The axis is busy', remedy: 'Wait for the running command or halt it.' },
  stopLatched: { status: 409, title: 'The axis is stopped and latched', remedy: 'Release it when it is safe to move.' },
  errorStop: { status: 409, title: 'The axis is in an error', remedy: 'Read `fault`, mend the cause, then reset.' },
  homingActive: { status: 409, title: 'The axis is homing', remedy: 'Wait for its end or stop it.' },
  unknownState: {
    status: 409,
    title: 'The state of the axis is not known',
    remedy: 'Wait until the drive answers again.',
  },
  epochMismatch: {
    status: 409,
    title: 'Meant for an earlier session of this drive',
    remedy: 'Read the state and its epoch again, then decide anew.',
  },
  interlock: {
    status: 409,
    title: 'An interlock forbids it',
    remedy: 'Do what `detail` says; the rules are under `interlocks` in the site file.',
  },
  notArmed: { status: 409, title: 'The axis is not armed', remedy: 'Arm it first.' },
  refusedDrive: { status: 409, title: 'This drive must not be moved', remedy: 'See `refused` of the drive.' },
  // limits
  softLimit: { status: 422, title: 'Beyond the range of the axis', remedy: 'Choose a position inside the range.' },
  hardLimitActive: { status: 409, title: 'A limit switch is active', remedy: 'Move inwards.' },
  velocity: { status: 422, title: 'Too fast', remedy: 'Choose a velocity up to the limit.' },
  acceleration: { status: 422, title: 'Acceleration too high', remedy: 'Choose an acceleration up to the limit.' },
  durationInfeasible: { status: 422, title: 'Not possible in that time', remedy: 'Give it more time.' },
  registerOverflow: { status: 422, title: "Beyond the drive's numbers", remedy: 'Choose a smaller value.' },
  // stale
  ttlExpired: { status: 410, title: 'Too late', remedy: 'Send the command again if it is still wanted.' },
  startTooLate: { status: 410, title: 'The start time has passed', remedy: 'Give a later start time.' },
  armExpired: { status: 410, title: 'No longer armed', remedy: 'Arm again.' },
  retainedCommand: {
    status: 409,
    title: 'Retained commands are refused',
    remedy: 'Publish commands with retain off, and clear the retained message.',
  },
  // line
  queueFull: { status: 429, title: 'Too many commands at once', remedy: 'Slow down.' },
  offline: { status: 503, title: 'The drive does not answer', remedy: 'Check power, wiring, unit id and baud rate.' },
  lineQuality: {
    status: 503,
    title: 'The line is too noisy to move safely',
    remedy: 'Check wiring, termination and baud rate.',
  },
  portTaken: {
    status: 409,
    title: 'The port belongs to somebody',
    remedy: 'Choose another port, or stop whoever has it.',
  },
  scanRunning: { status: 409, title: 'Another scan is running', remedy: 'Wait for its end, or DELETE it.' },
  memberRefused: {
    status: 409,
    title: 'A member of the group cannot take part',
    remedy: 'See `errors` for each member.',
  },
  unreachable: {
    status: 503,
    title: 'The device process does not answer',
    remedy: 'See whether it runs; the supervisor restarts it.',
  },
  storeUnavailable: {
    status: 503,
    title: 'The store cannot do that now',
    remedy:
      'See `store` in GET /v1/site: make room on its disk, or bring its server back. Moving and stopping need no store.',
  },
  waitTimeout: { status: 504, title: 'Not ended within the time waited for', remedy: 'Read the command resource.' },
  shuttingDown: { status: 503, title: 'Shutting down', remedy: 'Wait until it is back.' },
  internal: { status: 500, title: 'A fault of this software', remedy: 'See the log; report it.' },
  // programs
  invalidProgram: { status: 422, title: 'The program cannot be run', remedy: 'Correct what `errors` names.' },
  notResumable: { status: 409, title: 'This run cannot go on', remedy: 'Start a new one.' },
  // how an accepted command can fail
  fault: { status: 409, title: 'The drive reported a fault', remedy: 'Read `fault`, mend the cause, then reset.' },
  driveTimeout: {
    status: 409,
    title: 'The drive did not answer or follow in time',
    remedy: 'Check the line and the drive.',
  },
  setpointNotAcknowledged: {
    status: 409,
    title: 'The drive did not take the set-point',
    remedy: 'Read the state; try again.',
  },
  writeUnverified: {
    status: 409,
    title: 'It is not known whether the drive acted',
    remedy: 'Read the state before you command again.',
  },
  stalled: {
    status: 409,
    title: 'The shaft is blocked',
    remedy: 'Remove what holds it, or reduce load, velocity or acceleration.',
  },
  followingError: {
    status: 409,
    title: 'The shaft lags too far behind its set-point',
    remedy: 'Check load, velocity and acceleration.',
  },
  homingTimeout: {
    status: 409,
    title: 'Homing did not end in its time',
    remedy: 'Check the switch and the direction.',
  },
  targetNotReached: { status: 409, title: 'The target was not reached', remedy: 'Check load, limits and tolerance.' },
  pathTolerance: {
    status: 409,
    title: 'The axis left the planned path',
    remedy: 'Check load and following error; give the path more time or a wider pathTolerance.',
  },
  goalTolerance: {
    status: 409,
    title: 'The axis rests too far from the last point',
    remedy: 'Check load and mechanics, or give a wider goalTolerance.',
  },
  goalTime: {
    status: 409,
    title: 'The last point was not reached in time',
    remedy: 'Check load and line; give the path more time or a wider goalTimeToleranceMs.',
  },
  unexpectedStop: {
    status: 409,
    title: 'The drive stopped by itself',
    remedy: 'Read the state; see limits and faults.',
  },
  unexpectedMotion: {
    status: 409,
    title: 'The drive moved without a command',
    remedy: 'Stop it and find out who commands it.',
  },
  homingFailed: { status: 409, title: 'Homing failed', remedy: 'Check the switch and the direction.' },
  rebooted: { status: 409, title: 'The drive was switched off and on', remedy: 'Enable and home it again.' },
  superseded: { status: 409, title: 'Another command took its place', remedy: 'None needed.' },
  stopped: { status: 409, title: 'Stopped', remedy: 'Release the axis when it is safe to move.' },
} as const satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof problems;

/** RFC 9457 application/problem+json. */
export const Problem = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    remedy: z.string().optional(),
    drive: z.string().optional(),
    instead: z.string().optional().describe('Base URL of the orchestrator that takes it'),
    limit: z.number().optional(),
    actual: z.number().optional(),
    errors: z
      .array(
        z.strictObject({
          path: z.string(),
          detail: z.string(),
          drive: z.string().optional(),
          code: z.string().optional(),
          line: z.int().positive().optional().describe('Of the text that was sent, from 1'),
          column: z.int().positive().optional(),
        }),
      )
      .optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;
type ProblemDetail = Partial<Pick<Problem, 'drive' | 'instead' | 'limit' | 'actual' | 'errors'>>;

/** The body of a refusal; `detail` is a whole sentence with numbers and units. */
export function problem(code: ProblemCode, detail: string, more: ProblemDetail = {}): Problem {
  const kind = problems[code];
  return {
    type: `urn:kmotion:problem:${code}`,
    title: kind.title,
    status: kind.status,
    detail,
    code,
    remedy: kind.remedy,
    ...more,
  };
}

/** A refusal on its way to the door. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly problem: Problem;
  constructor(body: Problem) {
    super(body.detail);
    this.problem = body;
  }
}
