import type { DriveConfig } from '../../../config/index.ts';
import type { LedgerEntry, MotionEntry } from '../../../simulator/index.ts';
import type { Delivery, Fact, Report } from '../facts.ts';
import { countsPerUnit } from '../small-site.ts';
import type { World } from '../world.ts';
import { readFrames, type Frames } from './frames.ts';
import type { Trigger } from './trigger.ts';

type Kinds = Fact['kind'];
type Of<Kind extends Kinds> = Extract<Fact, { kind: Kind }>;

/** What remains of the last ramp when a drive says that it stands; of the greatest velocity. */
const STANDING_SHARE = 0.01;

/** These may wait for a reading to count from, or for one at rest, and no longer than this. */
const WAITING: ReadonlySet<string> = new Set(['move-relative', 'jog', 'release', 'set-position']);
const READING_WITHIN_MS = 600;

const ENDED: ReadonlySet<string> = new Set(['done', 'aborted', 'failed']);

/** The delivery that was answered then: the one of that instant, else the last that may have waited. */
function answeredBy(deliveries: readonly Delivery[], atMs: number): Delivery | undefined {
  const waited = (delivery: Delivery): boolean =>
    delivery.atMs < atMs && delivery.atMs > atMs - READING_WITHIN_MS && WAITING.has(delivery.order.command);
  return deliveries.find((delivery) => delivery.atMs === atMs) ?? deliveries.findLast(waited);
}

/** All that the rules look at: the ledger, read as triggers and motions, and the facts by kind, in order of time. */
export class Evidence {
  readonly world: World;
  readonly drives: readonly DriveConfig[];
  readonly frames: Frames;
  readonly motions: readonly MotionEntry[];
  readonly endMs: number;
  readonly #byKind = new Map<Kinds, Fact[]>();
  readonly #endings = new Map<string, Report[]>();
  readonly #places = new Map<Fact, number>();

  constructor(world: World, entries: readonly LedgerEntry[]) {
    this.world = world;
    this.drives = [...world.site.drives.values()];
    this.endMs = world.clock.nowMs();
    for (const [place, fact] of world.facts.all.entries()) {
      this.#places.set(fact, place);
      this.#sort(fact);
    }
    this.#answerMessages();
    this.frames = readFrames(entries, this);
    this.motions = entries.filter((entry) => entry.kind !== 'frame');
  }

  of<Kind extends Kinds>(kind: Kind): readonly Of<Kind>[] {
    return (this.#byKind.get(kind) ?? []) as unknown as readonly Of<Kind>[];
  }

  deliveries(drive: string): readonly Delivery[] {
    return this.of('delivery').filter(({ order }) => order.drive === drive);
  }

  triggers(drive: string): readonly Trigger[] {
    return this.frames.triggers.filter((trigger) => trigger.drive === drive);
  }

  /** When something of that name struck that line or drive. */
  blows(what: string, on: string): readonly number[] {
    return this.of('blow')
      .filter((blow) => blow.what === what && blow.on === on)
      .map(({ atMs }) => atMs);
  }

  /** How the device process said that a command ended; undefined when it never did. */
  ending(id: string): Report | undefined {
    return this.#endings.get(id)?.[0];
  }

  /** The first ending that still counted when this came: without an epoch an id is known to one life of a process only. */
  endingKnownTo({ order, line, atMs }: Delivery): Report | undefined {
    const { id, epoch } = order.body;
    const bornMs = epoch === undefined ? this.bornMs(line, atMs) : -Infinity;
    return typeof id === 'string' ? this.#endings.get(id)?.find((ending) => ending.atMs >= bornMs) : undefined;
  }

  /** When the process that served the line then had been started. */
  bornMs(line: string, atMs: number): number {
    return this.blows('process started', line).findLast((startMs) => startMs <= atMs) ?? -Infinity;
  }

  /** Of two facts of one instant the one that came first. */
  isBefore(one: Fact, other: Fact): boolean {
    return (this.#places.get(one) ?? 0) < (this.#places.get(other) ?? 0);
  }

  /** @param speed counts/s */
  stands(drive: string, speed: number): boolean {
    const { axis } = this.world.site.drives.get(drive)!;
    return speed <= STANDING_SHARE * axis.maxVelocity * Math.abs(this.scale(drive));
  }

  scale(drive: string): number {
    return countsPerUnit(this.world.site.drives.get(drive)!);
  }

  /** A message gets its answer on the topic of results: at once, or when the reading has come that it waited for. */
  #answerMessages(): void {
    const byId = new Map<unknown, Delivery[]>();
    for (const delivery of this.of('delivery')) {
      const id = delivery.order.body['id'];
      byId.set(id, [...(byId.get(id) ?? []), delivery]);
    }
    for (const { id, status, code, atMs } of this.of('report')) {
      const refused = status === 'refused' ? answeredBy(byId.get(id) ?? [], atMs) : undefined;
      if (refused?.answer !== 'none') continue;
      refused.answer = 'refused';
      refused.code = code;
    }
  }

  #sort(fact: Fact): void {
    const own = this.#byKind.get(fact.kind);
    if (own === undefined) this.#byKind.set(fact.kind, [fact]);
    else own.push(fact);
    if (fact.kind !== 'report' || fact.id === null || !ENDED.has(fact.status)) return;
    const endings = this.#endings.get(fact.id);
    if (endings === undefined) this.#endings.set(fact.id, [fact]);
    else endings.push(fact);
  }
}
