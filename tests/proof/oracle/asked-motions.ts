import type { DriveConfig } from '../../../config/index.ts';
import type { MotionEntry } from '../../../simulator/index.ts';
import type { Delivery } from '../facts.ts';
import { Authority } from './authority.ts';
import { objectionToStart } from './armed-starts.ts';
import { Ascriptions, nameOf } from './ascriptions.ts';
import type { Evidence } from './evidence.ts';
import type { Trigger } from './trigger.ts';
import { isHalt } from './halted-motors.ts';
import { fits } from './right-target.ts';
import type { Violation } from './violation.ts';

interface Objection {
  readonly rule: string;
  readonly why: string;
}

const MOVES: ReadonlySet<string> = new Set([
  'move-absolute',
  'move-relative',
  'move-velocity',
  'jog',
  'home',
  'set-position',
  'arm',
]);
const NAMES_A_PLACE: ReadonlySet<string> = new Set(['move-absolute', 'move-relative', 'arm']);
/** Their commands end and begin anew, or before the motion begins. */
const GOES_ON: ReadonlySet<string> = new Set(['jog', 'arm']);
const DEFAULT_TTL_MS = 2000;
const BUFFERED_TTL_MS = 30_000;
/** Rounding of a reading, and the servo's overshoot on the way into it. */
const PARKED_COUNTS = 4;
/** Instants are compared after sums of fractions. */
const SLACK_MS = 0.01;

/** Rule for rule: every motion start has exactly one accepted command for that axis, in time, once, to the right place. */
export function judgeTriggers(evidence: Evidence): readonly Violation[] {
  return evidence.drives.flatMap((config) => new TriggerJudge(evidence, config).judgeAll());
}

class TriggerJudge {
  readonly #evidence: Evidence;
  readonly #config: DriveConfig;
  readonly #authority: Authority;
  readonly #deliveries: readonly Delivery[];
  readonly #motions: ReadonlyMap<number, MotionEntry>;
  readonly #ascriptions = new Ascriptions();
  #last: Trigger | null = null;

  constructor(evidence: Evidence, config: DriveConfig) {
    this.#evidence = evidence;
    this.#config = config;
    this.#authority = new Authority(evidence);
    this.#deliveries = evidence.deliveries(config.id);
    // the first that a frame did, where the shaft was when the drive obeyed: the last is where it came to rest
    this.#motions = new Map(
      evidence.motions
        .toReversed()
        .flatMap((motion) =>
          motion.drive === config.id && motion.cause.by === 'frame' ? [[motion.cause.frame, motion] as const] : [],
        ),
    );
  }

  judgeAll(): readonly Violation[] {
    const triggers = this.#evidence.triggers(this.#config.id);
    const unasked = this.#movedWithoutTrigger(new Set(triggers.map(({ seq }) => seq)));
    return [...unasked, ...triggers.flatMap((trigger) => this.#judge(trigger))];
  }

  #movedWithoutTrigger(triggers: ReadonlySet<number>): readonly Violation[] {
    const { harmless } = this.#evidence.frames;
    return (
      [...this.#motions]
        // a rest is ascribed to the frame that was last taken before it; what moves the shaft begins or changes a course first
        .filter(([frame, { kind }]) => kind !== 'stop' && !triggers.has(frame) && !harmless.has(frame))
        .map(([, motion]) =>
          this.#violation('3: nothing but a command to move moves', motion.atMs, 'moved by a frame that is no trigger'),
        )
    );
  }

  #judge(trigger: Trigger): readonly Violation[] {
    if (trigger.kind === 'relative')
      return [this.#violation('20: relative is made absolute once', trigger.atMs, 'the drive was told a distance')];
    if (this.#isReplanned(trigger) || this.#isParked(trigger)) return [];
    const asked = this.#deliveries.filter(
      ({ order, atMs }) => MOVES.has(order.command) && atMs <= trigger.sentAtMs + SLACK_MS,
    );
    const shaft = this.#motions.get(trigger.seq)?.to ?? null;
    const fitting = asked.filter((delivery) => fits({ delivery, trigger, shaft }, this.#evidence));
    const judged = fitting.map((delivery) => ({ delivery, objection: this.#objection(delivery, trigger) }));
    const rightful = surestFirst(judged.filter(({ objection }) => objection === null));
    if (this.#ascriptions.ascribe(trigger, { commands: rightful, mayBeHalt: this.#isHalt(trigger) })) {
      if (this.#ascriptions.of(trigger) !== undefined) this.#last = trigger;
      return [];
    }
    const [twice] = rightful;
    if (twice !== undefined)
      return [this.#against(twice, trigger, no('11: one id, one motion', 'it had moved the axis before'))];
    const nearest = judged.at(-1);
    if (nearest?.objection != null) return [this.#against(nearest.delivery, trigger, nearest.objection)];
    const at = (trigger.target / this.#evidence.scale(this.#config.id)).toFixed(3);
    return [
      this.#violation('2: no motion that nobody asked for', trigger.atMs, `sent to ${at}, which no command fits`),
    ];
  }

  /** Another velocity for the same motion, because somebody has set the override since it was asked for. */
  #isReplanned(trigger: Trigger): boolean {
    const last = this.#last;
    if (last === null || last.target !== trigger.target || last.life !== trigger.life) return false;
    const ascribed = this.#ascriptions.of(last);
    // it may have come twice
    const asked = ascribed && this.#deliveries.find((delivery) => nameOf(delivery) === nameOf(ascribed));
    if (asked === undefined) return false;
    return this.#deliveries.some(
      ({ order, atMs }) => order.command === 'set-override' && atMs >= asked.atMs && atMs <= trigger.sentAtMs,
    );
  }

  /** A pending halt is lowered before a drive is armed, by sending it to where it already stands. */
  #isParked(trigger: Trigger): boolean {
    const moved = this.#evidence.motions.filter(
      ({ drive, cause }) => drive === trigger.drive && cause.by === 'frame' && cause.frame === trigger.seq,
    );
    const stays = moved.every(
      ({ from, to }) => Math.max(Math.abs(from - to), Math.abs(to - trigger.target)) <= PARKED_COUNTS,
    );
    return (
      stays &&
      this.#deliveries.some(
        ({ order, answer, life, atMs }) =>
          order.command === 'arm' &&
          answer !== 'refused' &&
          life === trigger.life &&
          atMs <= trigger.sentAtMs &&
          atMs > trigger.sentAtMs - DEFAULT_TTL_MS - SLACK_MS,
      )
    );
  }

  /** Of a unit with two motors: see halted-motors.ts. */
  #isHalt(trigger: Trigger): boolean {
    if (this.#config.profile.twinAxis === undefined) return false;
    return isHalt({ trigger, motion: this.#motions.get(trigger.seq) ?? null }, this.#evidence);
  }

  #objection(delivery: Delivery, trigger: Trigger): Objection | null {
    const { order } = delivery;
    const ending = this.#evidence.endingKnownTo(delivery);
    if (delivery.how === 'retained' || order.isRetained)
      return no('16: retained commands move nothing', 'the broker had kept it');
    if (order.command === 'set-position' && this.#motions.has(trigger.seq))
      return no('21: set-position moves nothing', 'the shaft moved');
    if (delivery.answer === 'refused')
      return no('2: no motion that nobody asked for', `it had been refused (${delivery.code})`);
    if (this.#wasRefused(delivery)) return no('11: one id, one outcome', 'the same had been refused before');
    if (delivery.life !== trigger.life) return no('6: nothing resumes', 'the process that took it is gone');
    if (ending !== undefined && ending.atMs < trigger.sentAtMs - SLACK_MS && !GOES_ON.has(order.command))
      return no('10: what has ended never runs', `it had ended as ${ending.status} before`);
    return (
      this.#tooLate(delivery, trigger) ??
      this.#afterStop(delivery, trigger) ??
      this.#afterBreak(delivery, trigger) ??
      this.#withoutRight(delivery)
    );
  }

  #wasRefused({ order, life, atMs }: Delivery): boolean {
    return this.#deliveries.some(
      (before) => before.order === order && before.life === life && before.atMs < atMs && before.answer === 'refused',
    );
  }

  #tooLate(delivery: Delivery, trigger: Trigger): Objection | null {
    const { order, atMs, unixMs } = delivery;
    if (order.command === 'arm') {
      const why = objectionToStart(delivery, trigger, this.#evidence);
      return why === null ? null : no('16: nothing after its time', why);
    }
    const { ttlMs, issuedAt, bufferMode } = order.body;
    const usual = bufferMode === 'buffered' ? BUFFERED_TTL_MS : DEFAULT_TTL_MS;
    const given = typeof ttlMs === 'number' ? ttlMs : usual;
    const ageMs = typeof issuedAt === 'string' ? Math.max(0, unixMs - Date.parse(issuedAt)) : 0;
    const lateMs = trigger.sentAtMs - (atMs + given - ageMs);
    return lateMs > SLACK_MS
      ? no('16: nothing after its time', `it left ${lateMs.toFixed(1)} ms after its time to live`)
      : null;
  }

  #afterStop(delivery: Delivery, trigger: Trigger): Objection | null {
    const stops = this.#deliveries.filter(({ order, life }) => order.command === 'stop' && life === delivery.life);
    const stop = stops.findLast(({ atMs }) => atMs < trigger.sentAtMs - SLACK_MS);
    if (stop === undefined) return null;
    const isReleased = this.#deliveries.some(
      ({ order, atMs, answer }) =>
        order.command === 'release' && atMs >= stop.atMs && atMs <= trigger.sentAtMs && answer !== 'refused',
    );
    if (!isReleased)
      return no(
        '6: stopped is stopped until released',
        `a stop had come ${(trigger.sentAtMs - stop.atMs).toFixed(1)} ms before`,
      );
    return stop.atMs > delivery.atMs ? no('24: a stop fences what came before', 'a stop had come after it') : null;
  }

  #afterBreak({ order, atMs }: Delivery, trigger: Trigger): Objection | null {
    if (!this.#motions.has(trigger.seq)) return null;
    const sinceMs = order.epochReadAtMs ?? atMs;
    const { id, line } = this.#config;
    const between = (breakMs: number): boolean => breakMs > sinceMs && breakMs < trigger.sentAtMs;
    if (this.#evidence.blows('process started', line).some(between))
      return no('16: another epoch', 'its epoch was that of a process that is gone');
    return this.#evidence.blows('rebooted', id).some(between)
      ? no('16: another epoch', 'the drive had been switched off since')
      : null;
  }

  #withoutRight(delivery: Delivery): Objection | null {
    const why = this.#authority.objection(delivery);
    return why === null ? null : no('28: one lease, the newest token', why);
  }

  #against({ order, how }: Delivery, { atMs }: Trigger, { rule, why }: Objection): Violation {
    return this.#violation(rule, atMs, `order ${order.number} (${order.command}, ${how}): ${why}`);
  }

  #violation(rule: string, atMs: number, detail: string): Violation {
    return { rule, atMs, drive: this.#config.id, detail };
  }
}

/** Who named this very place before those whose way may have led there, and the youngest first. */
const surestFirst = (fitting: readonly { readonly delivery: Delivery }[]): readonly Delivery[] =>
  fitting
    .map(({ delivery }) => delivery)
    .toReversed()
    .toSorted((a, b) => Number(namesPlace(b)) - Number(namesPlace(a)));

const namesPlace = ({ order }: Delivery): boolean => NAMES_A_PLACE.has(order.command);

const no = (rule: string, why: string): Objection => ({ rule, why });
