import type { GroupConfig, Site } from '../../config/index.ts';
import { axisNowOf } from '../../config/interlocks/index.ts';
import {
  GroupCommands,
  problem,
  Refusal,
  type GroupCommandName,
  type GroupCommandResource,
  type GroupCam,
  type GroupGear,
  type GroupMove,
  type GroupMovePath,
  type GroupStateMessage,
  type Problem,
} from '../contracts/index.ts';
import { parseBody } from '../platform/http/index.ts';
import { createCommandStore, type CommandStore } from './command-store.ts';
import type { GroupActivity } from './domain/group-state.ts';
import { followingProblem } from './domain/following.ts';
import { homeSteps } from './domain/home-order.ts';
import { planMove, type MovePlan } from './domain/move-plan.ts';
import { coursesOf, pathInterlockProblem } from './domain/path/path-interlocks.ts';
import { planPath, type PathPlan } from './domain/path/plan-path.ts';
import type { DriveEntry } from './domain/registry.ts';
import { runFanOut, type FannedOut } from './group-fan-out.ts';
import { underLeases } from './group-lease.ts';
import { membersOfGroup } from './group-members.ts';
import { runMove } from './group-move.ts';
import { pathFigures, runPath } from './group-path.ts';
import type { Ending, Run, RunParts } from './group-run.ts';
import { createGroupStates } from './group-states.ts';
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
  /** Halts the group where it is still busy with that command. @throws Refusal notFound */
  cancel(group: string, id: string): GroupCommandResource;
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
const ACTIVITY: Partial<Record<GroupCommandName, GroupActivity>> = {
  home: 'homing',
  move: 'moving',
  'move-path': 'moving',
};
/** What ends a running home or move; a halt waits until a start already on its way has happened, the others latch. */
const ENDS_MOTION: ReadonlySet<GroupCommandName> = new Set<GroupCommandName>(['halt', 'stop', 'disable']);
const DEFAULT_TTL_MS = 2000;

export function createGroups(parts: GroupsParts): Groups {
  const store = createCommandStore();
  const running = new Map<string, Running>();
  const ended = createListeners<GroupCommandResource>();
  const states = createGroupStates({
    ...parts,
    busyWith(group) {
      const busy = running.get(group);
      return busy === undefined ? null : { ...busy, activity: ACTIVITY[busy.command] ?? 'none' };
    },
  });

  function submit({ group, command, body }: GroupOrder): GroupCommandResource {
    const config = groupOf(parts.site, group);
    const parsed = parseBody(GroupCommands[command], body, command);
    const { id = newId(parts.random), ttlMs: _ttl, issuedAt: _at, ...parameters } = parsed;
    const asked = { id, group, command, parameters };
    const take = (): GroupCommandResource => accept(asked, config, parsed);
    return parsed.id === undefined ? take() : store.once(asked, take);
  }

  function accept(asked: Named, config: GroupConfig, parsed: Lifetime): GroupCommandResource {
    const { id, group, command } = asked;
    checkWanted(command, parsed, parts);
    const work = workOf(command, { config, parsed, parts });
    if (ACTIVITY[command] !== undefined) refuseWhileBusy(group, running.get(group));
    const resource = store.begin({ ...asked, createdAt: new Date(parts.clock.unixMs()).toISOString() });
    const begun = begin({ config, command, id, work }, { store, running, parts });
    void begun.then((last) => {
      states.publish(group);
      return ended.tell(last);
    });
    states.publish(group);
    return work.kind === 'fan-out' ? resource : store.update(id, work.figures);
  }

  return {
    states: () => [...parts.site.groups.keys()].map(states.read),
    state: (group) => states.read(groupOf(parts.site, group).id),
    submit,
    read: (group, id) => store.read(groupOf(parts.site, group).id, id),
    ended: (id) => store.ended(id),
    cancel(group, id) {
      const asked = store.read(groupOf(parts.site, group).id, id);
      if (running.get(group)?.id === id) submit({ group, command: 'halt', body: {} });
      return asked;
    },
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

interface Lifetime {
  readonly ttlMs?: number | undefined;
  readonly issuedAt?: string | undefined;
}

/** `issuedAt` and `ttlMs` together say until when a command is wanted; without the first it was made just now. */
function checkWanted(command: GroupCommandName, asked: Lifetime, { clock, leadership }: GroupsParts): void {
  const { ttlMs = DEFAULT_TTL_MS, issuedAt } = asked;
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

/** What a command will do once the group is free, decided when it is taken. */
type Work =
  | {
      readonly kind: 'motion';
      readonly drives: readonly string[];
      readonly figures: Partial<GroupCommandResource>;
      readonly perform: (run: Run, parts: GroupsParts) => Promise<Ending>;
    }
  /** Who does it together, one step after the other. */
  | { readonly kind: 'fan-out'; readonly steps: readonly (readonly string[])[] };

/** A command with its name, its id, and without its envelope. */
interface Named {
  readonly id: string;
  readonly group: string;
  readonly command: GroupCommandName;
  readonly parameters: Record<string, unknown>;
}

interface Asked {
  readonly config: GroupConfig;
  readonly parsed: object;
  readonly parts: GroupsParts;
}

/** Every motion of a group is planned here, whole, before any member hears of it. @throws Refusal */
function workOf(command: GroupCommandName, { config, parsed, parts }: Asked): Work {
  if (command === 'gear' || command === 'cam') throw refusedFollowing(config, parsed as GroupGear | GroupCam, parts);
  const members = membersOfGroup(config, parts);
  if (command === 'move') return moveWork(planned(planMove(parsed as GroupMove, members)));
  if (command === 'move-path')
    return pathWork(permittedPath(planned(planPath(parsed as GroupMovePath, members)), config, parts));
  if (command !== 'home') return { kind: 'fan-out', steps: [config.drives] };
  const homing = homeSteps(parsed, config.drives);
  if (homing.ok) return { kind: 'fan-out', steps: homing.steps };
  throw new Refusal(homing.problem);
}

/** @throws Refusal interlock */
function permittedPath(plan: PathPlan, { id }: GroupConfig, { site, registry, clock }: GroupsParts): PathPlan {
  const stateOf = (drive: string): DriveEntry['state'] => registry.entry(drive).state;
  const broken = pathInterlockProblem({
    group: id,
    courses: coursesOf(plan, (drive) => stateOf(drive)?.position ?? 0),
    interlocks: site.interlocks,
    now(drive) {
      const config = site.drives.get(drive);
      return config === undefined ? null : axisNowOf(stateOf(drive), config.axis, clock.nowMs());
    },
  });
  if (broken !== null) throw new Refusal(broken);
  return plan;
}

type Planned<Plan> = { readonly ok: true; readonly plan: Plan } | { readonly ok: false; readonly problem: Problem };

function planned<Plan>(answer: Planned<Plan>): Plan {
  if (answer.ok) return answer.plan;
  throw new Refusal(answer.problem);
}

const moveWork = (plan: MovePlan): Work => ({
  kind: 'motion',
  drives: [...plan.members.keys()],
  figures: figuresOf(plan),
  perform: (run, parts) => runMove(plan, run, parts),
});

const pathWork = (plan: PathPlan): Work => ({
  kind: 'motion',
  drives: plan.axes.map(({ drive }) => drive),
  figures: pathFigures(plan),
  perform: (run, parts) => runPath(plan, run, parts),
});

function refusedFollowing(config: GroupConfig, asked: GroupGear | GroupCam, { registry }: GroupsParts): Refusal {
  const followers = 'followers' in asked ? Object.keys(asked.followers) : [asked.follower];
  const strangers = [asked.leader, ...followers].filter((drive) => !config.drives.includes(drive));
  if (strangers.length > 0) {
    return new Refusal(problem('invalidValue', `${strangers.join(', ')} does not belong to group ${config.id}.`));
  }
  const described = [asked.leader, ...followers].map((drive) => registry.entry(drive).description);
  return new Refusal(followingProblem(asked.leader, described));
}

function refuseWhileBusy(group: string, busy: Running | undefined): void {
  if (busy === undefined) return;
  const detail = `Group ${group} is busy with ${busy.command}; halt it or wait for its end.`;
  throw new Refusal(problem('busy', detail));
}

const figuresOf = ({ quantised }: MovePlan): Partial<GroupCommandResource> => ({
  plannedDurationMs: Math.round(quantised.durationS * 1000),
  expectedStartSkewMs: Number(quantised.expectedStartSkewMs.toFixed(3)),
  expectedSkewMs: Number(quantised.expectedSkewMs.toFixed(3)),
});

interface Begin {
  readonly config: GroupConfig;
  readonly command: GroupCommandName;
  readonly id: string;
  readonly work: Work;
}

interface Shop {
  readonly store: CommandStore;
  readonly running: Map<string, Running>;
  readonly parts: GroupsParts;
}

/** Runs a command to its end, whatever happens: a fault of ours ends it as failed and is logged. */
async function begin({ config, command, id, work }: Begin, shop: Shop): Promise<GroupCommandResource> {
  const { store, running, parts } = shop;
  const abort = new AbortController();
  const run: Run = { group: config, signal: abort.signal, update: (change) => void store.update(id, change) };
  const act = async (): Promise<Ending> => {
    await interrupt(command, running.get(config.id));
    if (work.kind === 'motion') {
      return underLeases({ drives: work.drives, run, abort }, parts, () => work.perform(run, parts));
    }
    const fanOut = (): Promise<Ending> => runFanOut({ command: command as FannedOut, steps: work.steps }, run, parts);
    // A stop is taken from anybody.
    return command === 'stop' ? fanOut() : underLeases({ drives: config.drives, run, abort }, parts, fanOut);
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
