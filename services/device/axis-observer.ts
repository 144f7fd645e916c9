import type { Cancel } from '../../drivers/base/index.ts';
import type { DriveLink, DriveListener, DriveSample, ForeignSetting } from '../../drivers/drive/index.ts';
import type { AxisLease } from './axis-lease.ts';
import { noteReading, type AxisMemory } from './axis-memory.ts';
import type { AxisKit } from './axis-parts.ts';
import type { AxisRunner } from './axis-runner.ts';
import type { StopAxis } from './axis-stop.ts';
import { believedFor, type AxisView } from './axis-view.ts';
import { mustBeStoppedAtAttach } from './domain/axis-state.ts';
import { positionJump } from './domain/position-jump.ts';
import { newEpoch } from './random-ids.ts';
import { readingEvents } from './reading-events.ts';

interface ObserverParts {
  readonly kit: AxisKit;
  readonly memory: AxisMemory;
  readonly view: AxisView;
  readonly runner: AxisRunner;
  readonly stop: StopAxis;
  readonly lease: Pick<AxisLease, 'forget'>;
}

/** They tell the drive what its position is called. */
const DECLARING: readonly string[] = ['home', 'set-position'];

/** How long a command may stay `unknown` on a dead link before it has failed. */
const UNKNOWN_AT_MOST_MS = 30_000;

/** What the axis makes of what its drive reports by itself: attach, staleness, reboot, motion that nobody ordered. */
export class AxisObserver implements DriveListener {
  readonly #parts: ObserverParts;
  #cancelGiveUp: Cancel | null = null;
  #cancelStaleLook: Cancel | null = null;
  #isDegraded = false;
  constructor(parts: ObserverParts) {
    this.#parts = parts;
  }

  link(link: DriveLink): void {
    const { kit, memory } = this.#parts;
    const before = memory.link.state;
    memory.link = link;
    if (link.state === 'online' && before !== 'online') this.#linkUp();
    if (link.state !== 'online' && before === 'online') this.#linkDown(link.reason);
    if (link.state === 'refused') kit.listener.event({ type: 'drive-refused', detail: link.reason });
    kit.listener.changed();
  }

  reconfigured(found: readonly ForeignSetting[]): void {
    const { listener } = this.#parts.kit;
    const settings = found.map(({ signal, held, wanted }) => `${signal} ${held} where ${wanted} is wanted`).join(', ');
    listener.event({ type: 'configuration-changed', detail: `It held ${settings}; written and read back.` });
  }

  rebooted(): void {
    this.#voidReference('The drive was switched off and on: its position and homing are void.');
  }

  /** Its motion has ended, whether a reading shows that or not: a start in doubt is no start any more. */
  stoppedWithOther(): void {
    const { memory, runner } = this.#parts;
    const { active } = memory;
    if (active === null || active.work.motion === null) return;
    const detail = 'The other axis of its unit was stopped, and this one with it.';
    runner.fail(active, { code: 'unexpectedStop', detail }, true);
  }

  #voidReference(detail: string): void {
    const { kit, memory, runner } = this.#parts;
    const wasHomed = memory.referencedHere || memory.sample?.state.referenced === true;
    loseTouch(this.#parts);
    this.#parts.lease.forget();
    memory.epoch = newEpoch(kit.random);
    memory.referenceVoid = true;
    memory.referencedHere = false;
    memory.target = null;
    if (memory.active !== null && memory.active.work.motion !== null) memory.error = { code: 'rebooted', detail };
    kit.listener.event({ type: 'drive-rebooted', detail });
    if (wasHomed)
      kit.listener.event({ type: 'homing-lost', detail: 'The reference is void.', cause: 'drive-rebooted' });
    runner.clear({ status: 'failed', error: { code: 'rebooted', detail } });
    kit.listener.changed();
  }

  sample(sample: DriveSample): void {
    const { kit, memory, runner } = this.#parts;
    const before = memory.sample?.state ?? null;
    const wasOff = this.#signOfRestart(sample);
    noteReading(memory, sample);
    memory.believedForMs = believedFor(kit, sample);
    if (this.#cancelStaleLook === null) this.#lookForStale();
    if (memory.link.state !== 'online') return;
    if (wasOff !== null) {
      this.#voidReference(`${wasOff}: the drive was off or lost its count.`);
      // its watchdog may be off as well
      kit.drive.suspectRestart();
    }
    for (const event of readingEvents(kit, before, sample.state)) kit.listener.event(event);
    this.#tellQuality();
    if (!memory.attached) this.#attach(sample);
    runner.trust();
    runner.observe(sample);
    guardLine(this.#parts, sample);
    guardRest(this.#parts, sample);
    kit.listener.changed();
  }

  #signOfRestart(sample: DriveSample): string | null {
    const jump = this.#unexplainedJump(sample);
    if (jump !== null) return `The position jumped by ${jump} counts`;
    return this.#hasForgotten(sample) ? 'The drive does not know its position any more' : null;
  }

  /** Homing and set-position declare another position; a boot counter tells of a restart by itself. */
  #unexplainedJump(sample: DriveSample): number | null {
    const { kit, memory } = this.#parts;
    const isDeclared = memory.positionDeclared || DECLARING.includes(memory.active?.record.command ?? '');
    memory.positionDeclared = false;
    if (isDeclared || !memory.attached || sample.state.bootCounter !== null) return null;
    const { config, scale } = kit;
    const maxVelocityCounts = scale.lengthToCounts(config.axis.maxVelocity);
    return positionJump(memory.sample, sample, {
      maxVelocityCounts,
      countsPerRevolution: config.profile.countsPerRevolution,
    });
  }

  /** Its own word; while it searches for its reference it has none. */
  #hasForgotten({ state }: DriveSample): boolean {
    const { memory } = this.#parts;
    const isSearching = memory.active?.record.command === 'home' || state.homing === 'running';
    return memory.attached && !isSearching && memory.sample?.state.referenced === true && state.referenced === false;
  }

  close(): void {
    this.#cancelGiveUp?.();
    this.#cancelStaleLook?.();
  }

  #linkUp(): void {
    const { kit, memory } = this.#parts;
    this.#parts.lease.forget();
    memory.epoch = newEpoch(kit.random);
    memory.referencedHere = false;
    memory.attached = false;
    kit.listener.event({ type: 'link-up', detail: 'The drive answers, is identified and configured.' });
    tellWatchdog(kit);
  }

  #linkDown(reason: string): void {
    const { kit, runner } = this.#parts;
    loseTouch(this.#parts);
    this.#isDegraded = false;
    kit.listener.event({ type: 'link-down', detail: reason });
    runner.suspect(reason);
    // a link that comes and goes without one reading in between must not put the end off
    this.#cancelGiveUp ??= kit.clock.after(UNKNOWN_AT_MOST_MS, () => {
      this.#cancelGiveUp = null;
      runner.clear({ status: 'failed', error: { code: 'offline', detail: `The drive does not answer: ${reason}` } });
    });
  }

  #tellDegraded(cause: string, detail: string): void {
    if (this.#isDegraded) return;
    this.#isDegraded = true;
    this.#parts.kit.listener.event({ type: 'link-degraded', detail, cause });
  }

  /** A reading has come: only the line can be bad now. */
  #tellQuality(): void {
    const { kit } = this.#parts;
    if (kit.lineQuality() !== 'good') {
      this.#tellDegraded('lineQuality', 'Too many bad frames on the line: no new motion.');
    } else if (this.#isDegraded) {
      this.#isDegraded = false;
      kit.listener.event({ type: 'link-restored', detail: 'Readings are fresh and the line is good.' });
    }
  }

  #attach(sample: DriveSample): void {
    this.#cancelGiveUp?.();
    this.#cancelGiveUp = null;
    attach(this.#parts, sample);
  }

  /** One timer at a time: it looks again when the newest reading will be too old. */
  #lookForStale(): void {
    const { kit, memory, view, runner } = this.#parts;
    this.#cancelStaleLook = null;
    const atMs = view.staleAtMs();
    if (atMs === null) return;
    const leftMs = atMs - kit.clock.nowMs();
    if (leftMs >= 0) {
      this.#cancelStaleLook = kit.clock.after(leftMs + 1, () => this.#lookForStale());
      return;
    }
    this.#tellDegraded('stale', 'The readings are too old.');
    runner.suspect('the readings are too old');
    if (memory.sample !== null) guardLine(this.#parts, memory.sample);
    kit.listener.changed();
  }
}

/** Nothing commanded before this instant may act after it. */
function loseTouch({ kit, memory }: ObserverParts): void {
  kit.motionEpoch.bump();
  memory.attached = false;
  memory.armed = null;
  memory.restingAt = null;
  memory.foundInMotion = false;
}

/** Attach policy: a drive found in motion or powered is latched, and stopped unless the site says otherwise; its motion is never adopted. */
function attach({ kit, memory, runner, stop }: ObserverParts, sample: DriveSample): void {
  const { onAttach } = kit.config;
  memory.attached = true;
  memory.restingAt = null;
  runner.resolve(sample);
  if (!mustBeStoppedAtAttach(sample.state, kit.drive.verbs.has('enable'))) return;
  if (sample.state.moving === true) {
    const detail =
      onAttach === 'stop'
        ? 'It moved when it was found; it is stopped.'
        : 'It moved when it was found; it is left alone, latched.';
    kit.listener.event({ type: 'found-in-motion', detail, cause: onAttach });
  }
  if (onAttach === 'stop') {
    void stop('found moving, powered or faulted when the link came up');
    return;
  }
  memory.stopLatched = true;
  memory.foundInMotion = sample.state.moving !== false;
}

function tellWatchdog({ config, listener }: AxisKit): void {
  const { watchdogMs, profile } = config;
  if (watchdogMs === null || profile.watchdog === null) return;
  const isReadBack = profile.registers.watchdogTimeout?.access !== 'write';
  const how = isReadBack ? 'Written and read back' : 'Written and acknowledged; the drive cannot be asked for it';
  const detail = `${how}: without a message for ${watchdogMs} ms the drive stops by itself.`;
  listener.event({ type: 'watchdog-armed', detail });
}

/** On a very bad line motion is ended while it can be. */
function guardLine({ kit, memory, stop }: ObserverParts, { state }: DriveSample): void {
  const isInMotion = (memory.active?.work.motion ?? null) !== null || state.moving === true;
  const isStopped = memory.stopLatched && !memory.foundInMotion;
  if (isInMotion && !isStopped && kit.lineQuality() === 'stop') void stop('too many bad frames on the line');
}

/** An axis without a command stays where it rests; beyond noise it is stopped and held in error. */
function guardRest({ kit, memory, stop }: ObserverParts, { state }: DriveSample): void {
  const { restingAt } = memory;
  if (state.moving === false) memory.foundInMotion = false;
  const isWatched = memory.active === null && !memory.stopUnderWay && !memory.foundInMotion;
  const isFirst = restingAt === null || state.moving !== true;
  if (!isWatched || isFirst) {
    memory.restingAt = isWatched ? placeOfRest(kit, state) : null;
    return;
  }
  if (!hasStrayed(state, restingAt, kit.toleranceCounts) || memory.error !== null) return;
  const detail = 'The axis moved without a command.';
  memory.error = { code: 'unexpectedMotion', detail };
  kit.listener.event({ type: 'unexpected-motion', detail });
  void stop('motion without a command');
}

/** Where there is no position, that it rested at all. */
function placeOfRest({ hasPosition }: AxisKit, { position, moving }: DriveSample['state']): AxisMemory['restingAt'] {
  if (hasPosition) return position;
  return moving === false ? 'unmeasured' : null;
}

type Rest = NonNullable<AxisMemory['restingAt']>;

/** A drive that brakes by itself, in fault or quick stop, goes where nobody ordered it, and rightly so. */
function hasStrayed({ power, position }: DriveSample['state'], restingAt: Rest, noiseCounts: number): boolean {
  const isBraking = power === 'fault' || power === 'fault-reaction' || power === 'quick-stop';
  if (restingAt === 'unmeasured') return !isBraking;
  return !isBraking && position !== null && Math.abs(position - restingAt) > noiseCounts;
}
