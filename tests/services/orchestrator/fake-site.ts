import { createVirtualClock, seededRandom, type VirtualClock } from '../../../drivers/base/index.ts';
import type { Site } from '../../../config/index.ts';
import {
  problem,
  Refusal,
  topicsOf,
  type CommandResource,
  type DriveDescription,
  type DriveStateMessage,
  type LineTrigger,
  type LineTriggerAnswer,
  type StopReport,
} from '../../../services/contracts/index.ts';
import {
  createOrchestrator,
  DeviceUnreachable,
  type DeviceClient,
  type DriveOrder,
  type Orchestrator,
} from '../../../services/orchestrator/index.ts';
import type { OrchestratorParts } from '../../../services/orchestrator/orchestrator.ts';
import { createMemoryBus, type MemoryBroker, type MessageBus } from '../../../services/platform/bus/index.ts';
import { createLogger } from '../../../services/platform/process/index.ts';

/** How a test's drives and processes misbehave; all empty is a healthy site. */
interface Mishaps {
  /** Drives that refuse to be armed. */
  readonly refuseArm: Set<string>;
  /** Lines whose trigger acts, but whose answer is lost. */
  readonly loseTriggerAnswer: Set<string>;
  /** Lines that take the trigger for too late. */
  readonly tooLate: Set<string>;
  /** Lines whose process is dead. */
  readonly dead: Set<string>;
  /** Requests that get lost on their way, once each: `lift-left halt`. */
  readonly lose: string[];
  /** From one start to the next of a line. */
  apartMs: number;
}

interface FakeDrive {
  readonly id: string;
  readonly line: string;
  state: DriveStateMessage;
  armed: { position: number; durationMs: number } | null;
  command: string | null;
}

export interface FakeSite {
  readonly clock: VirtualClock;
  readonly broker: MemoryBroker;
  readonly observer: MessageBus;
  readonly orchestrator: Orchestrator;
  readonly mishaps: Mishaps;
  /** Everything the processes were told, in order: `lift-left arm`, `bench trigger`, `bench stop-all`. */
  readonly told: string[];
  readonly orders: DriveOrder[];
  readonly triggers: LineTrigger[];
  state(drive: string): DriveStateMessage;
  /** Changes what a drive says of itself and publishes it. */
  say(drive: string, change: Partial<DriveStateMessage>): void;
  /** The drive faults: its command fails and it stands in an error. */
  fault(drive: string): void;
  /** Kills the process of a line: its will is published and nobody answers any more. */
  kill(line: string): void;
}

const EPOCH = '00000000-epoch';
const topics = topicsOf('kmotion');

export const describeDrive = (id: string, line: string, unit: number): DriveDescription => ({
  drive: id,
  site: 'demo',
  line,
  unit,
  profile: { id: 'kpower-reference', title: 'reference', placeholder: true },
  simulated: true,
  identity: null,
  axis: {
    unit: 'mm',
    range: [0, 400],
    maxVelocity: 80,
    maxAcceleration: 200,
    resolution: 0.0005,
    homingRequired: true,
  },
  capabilities: ['enable', 'arm'],
  groupTrigger: true,
  setpointMs: 24,
  watchdogMs: 500,
  refused: null,
  url: `http://127.0.0.1:1/${line}`,
  epoch: EPOCH,
});

export const standing = (id: string, position: number): DriveStateMessage => ({
  drive: id,
  state: 'standstill',
  position,
  velocity: 0,
  target: position,
  unit: 'mm',
  moving: false,
  inPosition: true,
  homed: true,
  enabled: true,
  stopLatched: false,
  override: 1,
  followingError: 0,
  torque: 0,
  temperature: 30,
  supplyVoltage: 24,
  limits: { negative: false, positive: false, home: false },
  link: 'online',
  stale: false,
  sampledAt: null,
  fault: null,
  warnings: [],
  command: null,
  lease: null,
  maintenance: null,
  armed: null,
  epoch: EPOCH,
  seq: 0,
});

interface FakeSetting {
  readonly groupTrigger?: boolean;
  readonly maxStartSkewMs?: number;
  readonly store?: NonNullable<OrchestratorParts['store']> | null;
}

/** lift-left and lift-right on line bench, curtain on line window; group lift is the first two, group all the three. */
export async function startFakeSite(
  onMemberFault: 'stop' | 'ignore' = 'stop',
  { groupTrigger = true, maxStartSkewMs = 20, store = null }: FakeSetting = {},
): Promise<FakeSite> {
  const clock = createVirtualClock();
  const broker = createMemoryBus();
  const drives = new Map<string, FakeDrive>(
    [
      ['lift-left', 'bench', 10],
      ['lift-right', 'bench', 20],
      ['curtain', 'window', 0],
    ].map(([id, line, position]) => {
      const drive = { id: String(id), line: String(line), state: standing(String(id), Number(position)) };
      return [drive.id, { ...drive, armed: null, command: null }];
    }),
  );
  const world = createWorld({ clock, broker, drives, groupTrigger });
  const orchestrator = createOrchestrator({
    site: siteOf(drives, { onMemberFault, maxStartSkewMs }),
    facts: { version: '0.0.0', brokerUrl: 'mqtt://user:secret@127.0.0.1:1883', simulatorUrl: null },
    bus: broker.bus('orchestrator'),
    connect: (url) => world.clientOf(url.split('/').at(-1)!),
    store,
    clock,
    random: seededRandom(7),
    logger: createLogger({ name: 'test', level: 'silent' }),
  });
  world.announce();
  await clock.advance(1);
  return { ...world, clock, broker, observer: broker.bus('observer'), orchestrator };
}

function siteOf(
  drives: ReadonlyMap<string, FakeDrive>,
  policy: { readonly onMemberFault: 'stop' | 'ignore'; readonly maxStartSkewMs: number },
): Site {
  const group = (id: string, members: string[]): [string, object] => [id, { id, drives: members, ...policy }];
  const axis = { maxVelocity: 80, stopDeceleration: 400 };
  const site = {
    id: 'demo',
    simulated: true,
    mqtt: { root: 'kmotion' },
    http: { host: '127.0.0.1', port: 0, hosts: [] },
    lines: new Map(['bench', 'window'].map((id) => [id, { id, way: { kind: 'simulated' }, httpPort: 0 }])),
    drives: new Map([...drives.values()].map(({ id, line }) => [id, { id, line, axis }])),
    interlocks: [],
    groups: new Map([group('lift', ['lift-left', 'lift-right']), group('all', [...drives.keys()])]),
  };
  return site as unknown as Site;
}

async function nobodyAsks(): Promise<never> {
  throw new Error('the only orchestrator asks for no leadership');
}

type World = Omit<FakeSite, 'clock' | 'broker' | 'observer' | 'orchestrator'> & {
  announce(): void;
  clientOf(line: string): DeviceClient;
};

interface WorldParts {
  readonly clock: VirtualClock;
  readonly broker: MemoryBroker;
  readonly drives: ReadonlyMap<string, FakeDrive>;
  readonly groupTrigger: boolean;
}

function createWorld({ clock, broker, drives, groupTrigger }: WorldParts): World {
  const told: string[] = [];
  const orders: DriveOrder[] = [];
  const triggers: LineTrigger[] = [];
  const mishaps: Mishaps = {
    refuseArm: new Set(),
    loseTriggerAnswer: new Set(),
    tooLate: new Set(),
    dead: new Set(),
    lose: [],
    apartMs: 0,
  };
  const resources = new Map<string, CommandResource>();
  const buses = new Map(
    ['bench', 'window'].map((line) => [
      line,
      broker.bus(line, { topic: topics.lineAvailability(line), payload: 'offline' }),
    ]),
  );
  const publish = (line: string, topic: string, value: unknown): void => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    if (!mishaps.dead.has(line)) buses.get(line)!.publish(topic, text, { retain: !topic.endsWith('/results') });
  };

  const say = (id: string, change: Partial<DriveStateMessage>): void => {
    const drive = drives.get(id)!;
    const sampledAt = new Date(clock.unixMs()).toISOString();
    drive.state = { ...drive.state, sampledAt, ...change, seq: drive.state.seq + 1 };
    publish(drive.line, topics.driveState(id), drive.state);
  };
  const end = (id: string, drive: FakeDrive, change: Partial<CommandResource>): void => {
    const resource = { ...resources.get(id)!, ...change };
    resources.set(id, resource);
    const { command, status, result, error } = resource;
    publish(drive.line, topics.driveResults(drive.id), { id, drive: drive.id, command, status, result, error });
  };
  const begin = (id: string, drive: FakeDrive, command: string): CommandResource => {
    const createdAt = new Date(clock.unixMs()).toISOString();
    const times = { createdAt, startedAt: null, endedAt: null, progress: null };
    const resource = { id, drive: drive.id, command, parameters: {}, ...times, result: null, error: null };
    resources.set(id, { ...resource, status: 'active' });
    return resources.get(id)!;
  };
  const halt = (drive: FakeDrive, code: string): void => {
    if (drive.command !== null)
      end(drive.command, drive, { status: 'aborted', error: { code, detail: code, by: code } });
    drive.command = null;
  };

  const acts: Partial<Record<string, (drive: FakeDrive, order: DriveOrder) => void>> = {
    arm(drive, { body }) {
      if (mishaps.refuseArm.has(drive.id)) throw new Refusal(problem('lineQuality', 'The line is too noisy.'));
      const [velocity, ramp] = [Number(body['velocity']), Number(body['acceleration'])];
      const way = Math.abs(Number(body['position']) - drive.state.position!);
      drive.armed = { position: Number(body['position']), durationMs: (way / velocity + velocity / ramp) * 1000 };
    },
    disarm: (drive) => void (drive.armed = null),
    halt: (drive) => {
      halt(drive, 'superseded');
      say(drive.id, { state: 'standstill', moving: false });
    },
    stop: (drive) => {
      halt(drive, 'stopped');
      drive.armed = null;
      say(drive.id, { state: 'stopping', moving: false, stopLatched: true });
    },
    release: (drive) => say(drive.id, { state: 'standstill', stopLatched: false }),
    enable: (drive) => say(drive.id, { state: 'standstill', enabled: true }),
    disable: (drive) => say(drive.id, { state: 'disabled', enabled: false }),
  };

  const start = (drive: FakeDrive, command: string): void => {
    const { position, durationMs } = drive.armed!;
    drive.armed = null;
    drive.command = command;
    begin(command, drive, 'trigger');
    say(drive.id, { state: 'discreteMotion', moving: true });
    clock.after(durationMs, () => {
      if (drive.command !== command) return;
      drive.command = null;
      say(drive.id, { state: 'standstill', moving: false, position });
      const result = { finalPosition: position, positionError: 0, durationMs, plannedDurationMs: durationMs };
      end(command, drive, { status: 'done', result });
    });
  };

  const reach = (line: string, what: string): void => {
    told.push(what);
    if (mishaps.dead.has(line)) throw new DeviceUnreachable('connection refused', 'no');
    const lost = mishaps.lose.indexOf(what);
    if (lost >= 0) mishaps.lose.splice(lost, 1);
    if (lost >= 0) throw new DeviceUnreachable('no answer in time', 'unknown');
  };
  const trigger = async (line: string, asked: LineTrigger): Promise<LineTriggerAnswer> => {
    reach(line, `${line} trigger`);
    triggers.push(asked);
    if (mishaps.tooLate.has(line)) throw new Refusal(problem('startTooLate', 'The start time passed 3 ms ago.'));
    if (asked.startAt !== undefined) await clock.sleep(Date.parse(asked.startAt) - clock.unixMs());
    const commands: Record<string, string> = {};
    for (const id of asked.drives) {
      const drive = drives.get(id)!;
      if (drive.armed === null) throw new Refusal(problem('notArmed', `${id} is not armed.`));
      commands[id] = `00000000-0000-4000-8000-${String(resources.size).padStart(12, '0')}`;
      start(drive, commands[id]);
    }
    if (mishaps.loseTriggerAnswer.has(line)) throw new DeviceUnreachable('no answer in time', 'unknown');
    const triggeredAt = new Date(clock.unixMs()).toISOString();
    const startedAt = Object.fromEntries(
      asked.drives.map((id, place) => [id, new Date(clock.unixMs() + place * mishaps.apartMs).toISOString()]),
    );
    return { triggeredAt, startedAt, started: asked.drives, notStarted: [], commands };
  };
  const stopAll = async (line: string): Promise<StopReport> => {
    reach(line, `${line} stop-all`);
    const own = [...drives.values()].filter((drive) => drive.line === line);
    for (const drive of own) acts['stop']!(drive, {} as DriveOrder);
    const confirmed = own.map(({ id }) => id);
    return { allConfirmed: true, confirmed, unconfirmed: [], unreachable: [], durationMs: 1 };
  };

  return {
    told,
    orders,
    triggers,
    mishaps,
    say,
    state: (id) => drives.get(id)!.state,
    fault(id) {
      halt(drives.get(id)!, 'fault');
      say(id, { state: 'errorStop', moving: false });
    },
    kill(line) {
      mishaps.dead.add(line);
      broker.lose(line);
    },
    announce() {
      for (const line of buses.keys()) publish(line, topics.lineAvailability(line), 'online');
      let unit = 0;
      for (const { id, line } of drives.values()) {
        publish(line, topics.driveInfo(id), { ...describeDrive(id, line, (unit += 1)), groupTrigger });
        publish(line, topics.driveAvailability(id), 'online');
        say(id, {});
      }
    },
    clientOf: (line) => ({
      async command(order) {
        reach(line, `${order.drive} ${order.command}`);
        orders.push(order);
        const drive = drives.get(order.drive)!;
        acts[order.command]?.(drive, order);
        begin(order.id, drive, order.command);
        end(order.id, drive, { status: 'done' });
        return resources.get(order.id)!;
      },
      async readCommand(drive, id) {
        reach(line, `${drive} read`);
        return resources.get(id)!;
      },
      async readState(drive) {
        reach(line, `${drive} read state`);
        return drives.get(drive)!.state;
      },
      async describe() {
        reach(line, `${line} describe`);
        return [...drives.values()].filter((each) => each.line === line).map(({ id }) => describeDrive(id, line, 1));
      },
      async takeLease(drive, { owner }) {
        reach(line, `${drive} lease`);
        return {
          drive,
          owner,
          token: `${EPOCH}.1`,
          expiresAt: new Date(clock.unixMs() + 6000).toISOString(),
          epoch: EPOCH,
        };
      },
      async renewLease(drive, { token }) {
        reach(line, `${drive} renew`);
        return {
          drive,
          owner: 'renewed',
          token,
          expiresAt: new Date(clock.unixMs() + 6000).toISOString(),
          epoch: EPOCH,
        };
      },
      async giveLeaseBack(drive) {
        reach(line, `${drive} give back`);
      },
      // this site has one orchestrator
      readLeadership: nobodyAsks,
      takeLeadership: nobodyAsks,
      renewLeadership: nobodyAsks,
      giveLeadershipBack: nobodyAsks,
      trigger: (_line, asked) => trigger(line, asked),
      stopAll: () => stopAll(line),
    }),
  };
}
