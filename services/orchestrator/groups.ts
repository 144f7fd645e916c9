import type { GroupConfig, Site } from '../../config/index.ts';
import {
  GroupCommands,
  problem,
  Refusal,
  type AxisState,
  type GroupCommandName,
  type GroupCommandResource,
  type GroupCam,
  type GroupGear,
  type GroupHome,
  type GroupMove,
  type GroupStateMessage,
} from '../contracts/index.ts';
import { parseBody } from '../platform/http/index.ts';
import { createCommandStore, type CommandStore } from './command-store.ts';
import { groupState, type GroupActivity } from './domain/group-state.ts';
import { followingProblem } from './domain/following.ts';
import { homeSteps } from './domain/home-order.ts';
import { planMove, type MovePlan } from './domain/move-plan.ts';
import type { DriveEntry } from './domain/registry.ts';
import { runFanOut, type FannedOut } from './group-fan-out.ts';
import { underLeases } from './group-lease.ts';
import { runMove } from './group-move.ts';
import type { Ending, Run, RunParts } from './group-run.ts';
import { createListeners, type Listen } from './listeners.ts';
import { newId } from './new-id.ts';

interface GroupOrder {
  readonly group: string;
  readonly command: GroupCommandName;
  readonly body: unknown;
}

/** Groups of drives: what state they are in together, and what is done with all of them at once. */
export interface Groups {
  states(): readonly GroupStateMessage[];
  /** @throws Refusal notFound */
  state(group: string): GroupStateMessage;
  /** Accepts a command and begins it. @throws Refusal */
  submit(order: GroupOrder): GroupCommandResource;
  /** @throws Refusal notFound */
  read(group: string, id: string): GroupCommandResource;
  ended(id: string): Promise<void>;
  /** Ends whatever the groups are doing; the drives themselves were stopped another way. */
  abortAll(why: string): void;
  readonly onState: Listen<GroupStateMessage>;
  readonly onEnded: Listen<GroupCommandResource>;
  readonly close: () => void;
}

export interface GroupsParts extends RunParts {
  readonly site: Site;
}

interface Running {
  readonly id: string;
  readonly command: GroupCommandName;
  readonly abort: AbortController;
  readonly over: Promise<unknown>;
}

/** Which commands hold the group for themselves, and what the group is doing meanwhile. */
const ACTIVITY: Partial<Record<GroupCommandName, GroupActivity>> = { home: 'homing', move: 'moving' };
/** What ends a running home or move; a halt waits until a start already on its way has happened, the others latch. */
const ENDS_MOTION: ReadonlySet<GroupCommandName> = new Set<GroupCommandName>(['halt', 'stop', 'disable']);
const DEFAULT_TTL_MS = 2000;

export function createGroups(parts: GroupsParts): Groups {
  const store = createCommandStore();
  const running = new Map<string, Running>();
  const ended = createListeners<GroupCommandResource>();
  const states = createGroupStates(parts, running);

  function submit({ group, command, body }: GroupOrder): GroupCommandResource {
    const config = groupOf(parts.site, group);
    const parsed = parseBody(GroupCommands[command], body, command);
    const { id = newId(parts.random), ttlMs, issuedAt, ...parameters } = parsed;
    const known = store.recorded({ id, group, command, parameters });
    if (known !== null) return known;
    checkWanted({ command, ttlMs, issuedAt }, parts);
    if (command === 'gear' || command === 'cam') throw refusedFollowing(config, parsed as GroupGear | GroupCam, parts);
    const plan = command === 'move' ? admitMove(config, parsed as GroupMove, parts) : null;
    const steps = command === 'home' ? admitHome(config, parsed) : [config.drives];
    const busy = running.get(group);
    if (busy !== undefined && ACTIVITY[command] !== undefined) throw busyWith(group, busy);
    const createdAt = new Date(parts.clock.unixMs()).toISOString();
    const resource = store.begin({ id, group, command, parameters, createdAt });
    const begun = begin({ config, command, id, plan, steps }, { store, running, parts });
    void begun.then((last) => {
      states.publish(group);
      return ended.tell(last);
    });
    states.publish(group);
    return plan === null ? resource : store.update(id, figuresOf(plan));
  }

  return {
    states: () => [...parts.site.groups.keys()].map(states.read),
    state: (group) => states.read(groupOf(parts.site, group).id),
    submit,
    read: (group, id) => store.read(groupOf(parts.site, group).id, id),
    ended: (id) => store.ended(id),
    abortAll: (why) => running.forEach(({ abort }) => abort.abort(why)),
    onState: states.onState,
    onEnded: ended.listen,
    close: states.close,
  };
}

function groupOf(site: Site, group: string): GroupConfig {
  const config = site.groups.get(group);
  if (config !== undefined) return config;
  const known = [...site.groups.keys()].join(', ');
  throw new Refusal(problem('notFound', `There is no group ${group}; this site has ${known || 'none'}.`));
}

/** `issuedAt` and `ttlMs` together say until when a command is wanted; without the first it was made just now. */
function checkWanted(
  asked: { command: GroupCommandName; ttlMs?: number | undefined; issuedAt?: string | undefined },
  { clock, leadership }: GroupsParts,
): void {
  const { command, ttlMs = DEFAULT_TTL_MS, issuedAt } = asked;
  if (command !== 'stop') leadership.check();
  const ageMs = issuedAt === undefined ? 0 : clock.unixMs() - Date.parse(issuedAt);
  if (ageMs <= ttlMs) return;
  throw new Refusal(
    problem('ttlExpired', `The command is ${Math.round(ageMs)} ms old; it was wanted for ${ttlMs} ms.`, {
      limit: ttlMs,
      actual: Math.round(ageMs),
    }),
  );
}

function admitMove(config: GroupConfig, move: GroupMove, parts: GroupsParts): MovePlan {
  const { registry, clock } = parts;
  const planned = planMove(move, {
    group: config.id,
    entries: new Map<string, DriveEntry>(config.drives.map((drive) => [drive, registry.entry(drive)])),
    nowMs: clock.nowMs(),
    nowUnixMs: clock.unixMs(),
    maxStartSkewMs: config.maxStartSkewMs,
    starts: {
      lineOf: parts.lineOf,
      gapMs: (line) => parts.gaps.gapMs(line),
      isByOneFrame: (line) => startsTogether(line, parts),
    },
  });
  if (planned.ok) return planned.plan;
  throw new Refusal(planned.problem);
}

function refusedFollowing(config: GroupConfig, asked: GroupGear | GroupCam, { registry }: GroupsParts): Refusal {
  const followers = 'followers' in asked ? Object.keys(asked.followers) : [asked.follower];
  const strangers = [asked.leader, ...followers].filter((drive) => !config.drives.includes(drive));
  if (strangers.length > 0) {
    return new Refusal(problem('invalidValue', `${strangers.join(', ')} does not belong to group ${config.id}.`));
  }
  const described = [asked.leader, ...followers].map((drive) => registry.entry(drive).description);
  return new Refusal(followingProblem(asked.leader, described));
}

function admitHome({ drives }: GroupConfig, home: GroupHome): readonly (readonly string[])[] {
  const planned = homeSteps(home, drives);
  if (planned.ok) return planned.steps;
  throw new Refusal(planned.problem);
}

/** So say the drives of the line themselves: all or none of them. */
const startsTogether = (line: string, { site, registry }: GroupsParts): boolean =>
  [...site.drives.values()].some(
    (drive) => drive.line === line && registry.entry(drive.id).description?.groupTrigger === true,
  );

const busyWith = (group: string, { command }: Running): Refusal =>
  new Refusal(problem('busy', `Group ${group} is busy with ${command}; halt it or wait for its end.`));

const figuresOf = ({ quantised }: MovePlan): Partial<GroupCommandResource> => ({
  plannedDurationMs: Math.round(quantised.durationS * 1000),
  expectedStartSkewMs: Number(quantised.expectedStartSkewMs.toFixed(3)),
  expectedSkewMs: Number(quantised.expectedSkewMs.toFixed(3)),
});

interface Begin {
  readonly config: GroupConfig;
  readonly command: GroupCommandName;
  readonly id: string;
  readonly plan: MovePlan | null;
  /** Of every other command: who does it together, one step after the other. */
  readonly steps: readonly (readonly string[])[];
}

interface Shop {
  readonly store: CommandStore;
  readonly running: Map<string, Running>;
  readonly parts: GroupsParts;
}

/** Runs a command to its end, whatever happens: a fault of ours ends it as failed and is logged. */
async function begin({ config, command, id, plan, steps }: Begin, shop: Shop): Promise<GroupCommandResource> {
  const { store, running, parts } = shop;
  const abort = new AbortController();
  const run: Run = { group: config, signal: abort.signal, update: (change) => void store.update(id, change) };
  const act = async (): Promise<Ending> => {
    await interrupt(command, running.get(config.id));
    // A stop is taken from anybody.
    if (command === 'stop') return runFanOut({ command, steps }, run, parts);
    const drives = plan === null ? config.drives : [...plan.members.keys()];
    return underLeases({ drives, run, abort }, parts, () =>
      plan === null ? runFanOut({ command: command as FannedOut, steps }, run, parts) : runMove(plan, run, parts),
    );
  };
  const over = act().catch((error: unknown): Ending => {
    parts.logger.error({ err: error, group: config.id, command }, 'group command broke');
    return { status: 'failed', error: { code: 'internal', detail: 'A fault of this software; see the log.' } };
  });
  if (ACTIVITY[command] !== undefined) running.set(config.id, { id, command, abort, over });
  const ending = await over;
  if (running.get(config.id)?.id === id) running.delete(config.id);
  return store.update(id, { ...ending, endedAt: new Date(parts.clock.unixMs()).toISOString() });
}

async function interrupt(command: GroupCommandName, busy: Running | undefined): Promise<void> {
  if (busy === undefined || !ENDS_MOTION.has(command)) return;
  busy.abort.abort(command);
  // A halt that overtook the start frame would be followed by the motion it was to end.
  if (command === 'halt') await busy.over;
}

interface GroupStates {
  readonly read: (group: string) => GroupStateMessage;
  readonly publish: (group: string) => void;
  readonly onState: Listen<GroupStateMessage>;
  readonly close: () => void;
}

/** Tells a group's state when it, a member's state or the running command changes; positions travel with the drives. */
function createGroupStates({ site, registry }: GroupsParts, running: ReadonlyMap<string, Running>): GroupStates {
  const changes = createListeners<GroupStateMessage>();
  const told = new Map<string, { readonly words: string; readonly seq: number }>();

  const read = (group: string): GroupStateMessage => {
    const drives = site.groups.get(group)?.drives ?? [];
    const members = drives.map((drive) => ({
      drive,
      state: registry.axisState(drive),
      position: registry.entry(drive).state?.position ?? null,
    }));
    const busy = running.get(group);
    const activity = busy === undefined ? 'none' : (ACTIVITY[busy.command] ?? 'none');
    const state = groupState(
      members.map((member): AxisState => member.state),
      activity,
    );
    const command = busy === undefined ? null : { id: busy.id, command: busy.command };
    return { group, state, members, command, seq: told.get(group)?.seq ?? 0 };
  };
  const publish = (group: string): void => {
    const now = read(group);
    const words = [now.state, now.command?.id, ...now.members.map(({ state }) => state)].join(' ');
    const before = told.get(group);
    if (before?.words === words) return;
    told.set(group, { words, seq: (before?.seq ?? 0) + 1 });
    changes.tell(read(group));
  };
  const close = registry.onChange(({ drive }) => {
    for (const { id, drives } of site.groups.values()) if (drives.includes(drive)) publish(id);
  });
  return { read, publish, onState: changes.listen, close };
}
