import { z } from 'zod';
import {
  CommandResource,
  DriveDescription,
  DriveStateMessage,
  LEADERSHIP_HEADER,
  LeadershipGrant,
  LeadershipState,
  LeaseGrant,
  LineTriggerAnswer,
  Problem,
  Refusal,
  StopReport,
  type LineTrigger,
} from '../contracts/index.ts';
import { DeviceUnreachable, type ConnectDevice, type DeviceClient, type DriveOrder } from './device-client.ts';
import type { Clock } from './time.ts';

interface Parts {
  readonly clock: Clock;
  /** For the orchestrator's own calls; null where no tokens are asked for. */
  readonly token: string | null;
  /** For what orchestrators settle among themselves. */
  readonly leaderToken: string | null;
}

interface Face extends Parts {
  readonly fence: () => string | null;
}

interface Call<T> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly waitMs?: number;
  readonly asksNotToWait?: boolean;
  /** A change that only the orchestrator may ask for that the line obeys. */
  readonly isFenced?: boolean;
  readonly isAmongLeaders?: boolean;
  readonly answer: z.ZodType<T>;
}

/** A device process on the same machine answers in a millisecond; on a bad network a second is already trouble. */
const ANSWER_WITHIN_MS = 1500;
/** A start that is not proved by then may have happened: whoever did start is stopped, so it is not waited for long. */
const START_PROVED_WITHIN_MS = 1000;
/** Leases are renewed in time also while a line does not answer. */
const LEADERS_WITHIN_MS = 500;
const STOP_ATTEMPTS = 3;
const STOP_PAUSE_MS = 50;

/** Errors of the socket at which no byte of the request can have been read. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);

/** REST client of device processes: keep-alive by the platform's fetch, every answer checked, every call bounded. */
export function restDevices(parts: Parts): ConnectDevice {
  return (url, fence) => createRestClient(url, { ...parts, fence });
}

function createRestClient(url: string, parts: Face): DeviceClient {
  const call = <T>(asked: Call<T>): Promise<T> => callDevice(url, asked, parts);
  const readCommand = (drive: string, id: string): Promise<CommandResource> =>
    call({ method: 'GET', path: `/v1/drives/${drive}/commands/${id}`, answer: CommandResource });
  return {
    command: (order) => call({ ...commandCall(order), answer: CommandResource }).catch(orReadAgain(order, readCommand)),
    readCommand,
    readState: (drive) => call({ method: 'GET', path: `/v1/drives/${drive}/state`, answer: DriveStateMessage }),
    describe: () => call({ method: 'GET', path: '/v1/drives', answer: z.array(DriveDescription) }),
    takeLease: (drive, body) =>
      call({ method: 'POST', path: leaseOf(drive), body, answer: LeaseGrant, isFenced: true }),
    renewLease: (drive, body) =>
      call({ method: 'PUT', path: leaseOf(drive), body, answer: LeaseGrant, isFenced: true }),
    giveLeaseBack: (drive, token) =>
      call({ method: 'DELETE', path: leaseOf(drive), body: { token }, answer: z.undefined(), isFenced: true }),
    ...leadershipCalls(call),
    trigger: (line, trigger) => call(triggerCall(line, trigger, parts.clock)),
    stopAll: (withinMs) => stopPersistently(() => call(stopCall(withinMs)), parts.clock),
  };
}

const among = (line: string): Pick<Call<unknown>, 'path' | 'waitMs' | 'isAmongLeaders'> => ({
  path: `/v1/lines/${line}/leadership`,
  waitMs: LEADERS_WITHIN_MS - ANSWER_WITHIN_MS,
  isAmongLeaders: true,
});

type LeadershipCalls = 'readLeadership' | 'takeLeadership' | 'renewLeadership' | 'giveLeadershipBack';

function leadershipCalls(call: <T>(asked: Call<T>) => Promise<T>): Pick<DeviceClient, LeadershipCalls> {
  return {
    readLeadership: (line) => call({ ...among(line), method: 'GET', answer: LeadershipState }),
    takeLeadership: (line, body) => call({ ...among(line), method: 'POST', body, answer: LeadershipGrant }),
    renewLeadership: (line, body) => call({ ...among(line), method: 'PUT', body, answer: LeadershipGrant }),
    giveLeadershipBack: (line, token) =>
      call({ ...among(line), method: 'DELETE', body: { token }, answer: z.undefined() }),
  };
}

const leaseOf = (drive: string): string => `/v1/drives/${drive}/lease`;

const commandCall = ({ drive, id, command, body, waitMs }: DriveOrder): Omit<Call<CommandResource>, 'answer'> => ({
  method: 'POST',
  path: `/v1/drives/${drive}/commands/${command}`,
  body: { ...body, id },
  waitMs,
  // a stop is taken from anybody
  isFenced: command !== 'stop',
  // A device process answers a stop only once it is proved, unless it is asked not to wait.
  asksNotToWait: command === 'stop' && waitMs === 0,
});

/** `waitTimeout` is no refusal: the command was accepted and has not ended, so its resource is read. */
const orReadAgain =
  ({ drive, id }: DriveOrder, readCommand: (drive: string, id: string) => Promise<CommandResource>) =>
  (error: unknown): Promise<CommandResource> => {
    if (error instanceof Refusal && error.problem.code === 'waitTimeout') return readCommand(drive, id);
    throw error;
  };

/** The answer comes after the trigger frame, so a start time in the future lengthens the wait. */
function triggerCall(line: string, trigger: LineTrigger, clock: Clock): Call<LineTriggerAnswer> {
  const leadMs = trigger.startAt === undefined ? 0 : Math.max(0, Date.parse(trigger.startAt) - clock.unixMs());
  const path = `/v1/lines/${line}/trigger`;
  const waitMs = leadMs + START_PROVED_WITHIN_MS - ANSWER_WITHIN_MS;
  return { method: 'POST', path, body: trigger, waitMs, answer: LineTriggerAnswer, isFenced: true };
}

/** When the time is over the process says what is proved until then; its answer needs its own time. */
const stopCall = (withinMs: number): Call<StopReport> => ({
  method: 'POST',
  path: '/v1/stop',
  body: {},
  waitMs: withinMs,
  answer: StopReport,
});

/** A refused connection may be a process that is just being restarted; a stop is harmless twice, so it is tried again. */
async function stopPersistently(stop: () => Promise<StopReport>, clock: Clock): Promise<StopReport> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await stop();
    } catch (error) {
      const isHopeless = !(error instanceof DeviceUnreachable) || error.executed === 'unknown';
      if (isHopeless || attempt === STOP_ATTEMPTS) throw error;
      await clock.sleep(STOP_PAUSE_MS);
    }
  }
}

async function callDevice<T>(url: string, asked: Call<T>, parts: Face): Promise<T> {
  const limit = new AbortController();
  const cancel = parts.clock.after(ANSWER_WITHIN_MS + (asked.waitMs ?? 0), () =>
    limit.abort(new DeviceUnreachable(`${url} did not answer in time`, 'unknown')),
  );
  try {
    const response = await fetch(url + asked.path, requestOf(asked, parts, limit.signal));
    const text = await response.text();
    return read(asked, response.ok, text === '' ? undefined : (JSON.parse(text) as unknown));
  } catch (error) {
    throw asUnreachable(url, error);
  } finally {
    cancel();
  }
}

function requestOf(asked: Call<unknown>, parts: Face, signal: AbortSignal): RequestInit {
  const headers: Record<string, string> = { accept: 'application/json' };
  const token = asked.isAmongLeaders === true ? parts.leaderToken : parts.token;
  const fence = asked.isFenced === true ? parts.fence() : null;
  if (fence !== null) headers[LEADERSHIP_HEADER] = fence;
  if (token !== null) headers['authorization'] = `Bearer ${token}`;
  if (asked.asksNotToWait === true) headers['prefer'] = 'wait=0';
  if (asked.waitMs !== undefined && asked.waitMs > 0) headers['prefer'] = `wait=${Math.ceil(asked.waitMs / 1000)}`;
  if (asked.body === undefined) return { method: asked.method, headers, signal };
  headers['content-type'] = 'application/json';
  return { method: asked.method, headers, signal, body: JSON.stringify(asked.body) };
}

function read<T>(asked: Call<T>, isOk: boolean, body: unknown): T {
  if (!isOk) throw new Refusal(Problem.parse(body));
  return asked.answer.parse(body);
}

function asUnreachable(url: string, error: unknown): Error {
  if (error instanceof Refusal || error instanceof DeviceUnreachable) return error;
  const cause: unknown = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const executed = NEVER_SENT.has(code) ? 'no' : 'unknown';
  return new DeviceUnreachable(
    `the device process at ${url} cannot be asked (${code || String(error)})`,
    executed,
    error,
  );
}
