import type { Clock } from '../../drivers/base/index.ts';
import type { DriveConfig, LineConfig } from '../../config/index.ts';
import type { CommandReport, DriveDescription, DriveEvent, Topics } from '../contracts/index.ts';
import type { MessageBus } from '../platform/bus/index.ts';
import type { Logger } from '../platform/process/index.ts';
import type { Axis } from './axis.ts';
import type { AxisEvent, AxisListener } from './axis-parts.ts';
import { instantOf } from './command-record.ts';
import { describeDrive } from './drive-description.ts';
import { Outbox } from './outbox.ts';
import { StatePublisher } from './state-publisher.ts';

export interface DriveFaceParts {
  readonly site: string;
  readonly line: LineConfig;
  readonly startsTogether: boolean;
  readonly setpointMs: number | null;
  readonly config: DriveConfig;
  readonly bus: MessageBus;
  readonly topics: Topics;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Facts that are worth a line in the log of a running site; the rest are for who subscribes. */
const LOUD: ReadonlySet<string> = new Set(['fault-raised', 'drive-rebooted', 'unexpected-motion', 'stop-unconfirmed']);
/** Positions finer than this share of the tolerance interest nobody. */
const DEADBAND_OF_TOLERANCE = 0.1;
const DEADBAND_OF_VELOCITY = 0.005;

/** What one drive publishes: availability, description, state, events, results. */
export class DriveFace implements AxisListener {
  readonly config: DriveConfig;
  readonly #parts: DriveFaceParts;
  readonly #outbox: Outbox;
  #axis: Axis | null = null;
  #state: StatePublisher | null = null;
  #url = 'http://127.0.0.1/';
  #events = 0;
  #availability = '';
  #described = '';

  constructor(parts: DriveFaceParts) {
    this.config = parts.config;
    this.#parts = parts;
    this.#outbox = new Outbox(() => {
      this.#publishStanding();
      this.#state?.consider();
    });
  }

  serve(axis: Axis): void {
    const { bus, topics, clock, config } = this.#parts;
    const { tolerance, maxVelocity } = config.axis;
    this.#axis = axis;
    this.#state = new StatePublisher({
      clock,
      deadband: { position: tolerance * DEADBAND_OF_TOLERANCE, velocity: maxVelocity * DEADBAND_OF_VELOCITY },
      read: () => axis.state(),
      publish: (message) => bus.publish(topics.driveState(config.id), JSON.stringify(message), { retain: true }),
    });
  }

  announce(url: string): void {
    this.#url = url;
    this.publishAll();
  }

  description(): DriveDescription | null {
    const { site, line, startsTogether, setpointMs } = this.#parts;
    const where = { site, line, startsTogether, setpointMs, url: this.#url };
    return this.#axis === null ? null : describeDrive(this.#axis, where);
  }

  /** Everything retained, anew: the broker may have come back empty. */
  publishAll(): void {
    this.#outbox.empty();
    this.#availability = '';
    this.#described = '';
    this.#publishStanding();
    this.#state?.publishNow();
  }

  /** Whatever is to be told, without waiting for the end of the turn. */
  tellNow(): void {
    this.#outbox.empty();
  }

  changed(): void {
    this.#outbox.changed();
  }

  event({ type, detail, command, cause }: AxisEvent): void {
    const { clock, config, logger } = this.#parts;
    const atUnixMs = clock.unixMs();
    const number = this.#events++;
    this.#outbox.put(() => {
      const what = { type, number, at: instantOf(atUnixMs), detail };
      this.#publishEvent({ drive: config.id, ...what, command: command ?? null, cause: cause ?? null });
    });
    const fields = { drive: config.id, event: type };
    if (LOUD.has(type)) logger.warn(fields, detail);
    else logger.debug(fields, detail);
  }

  reported(report: CommandReport): void {
    const { bus, topics, config } = this.#parts;
    this.#outbox.put(() => bus.publish(topics.driveResults(config.id), JSON.stringify(report)));
  }

  close(): void {
    const { bus, topics, config } = this.#parts;
    this.#outbox.empty();
    this.#state?.publishNow();
    this.#state?.close();
    this.#state = null;
    bus.publish(topics.driveAvailability(config.id), 'offline', { retain: true });
  }

  #publishEvent(event: DriveEvent): void {
    const { bus, topics, config } = this.#parts;
    bus.publish(topics.driveEvent(config.id, event.type), JSON.stringify(event));
  }

  /** Availability and description change rarely; each is published when it does. */
  #publishStanding(): void {
    const { bus, topics, config } = this.#parts;
    if (this.#axis === null || this.#state === null) return;
    const availability = this.#axis.kit.drive.link().state === 'offline' ? 'offline' : 'online';
    if (availability !== this.#availability) {
      this.#availability = availability;
      bus.publish(topics.driveAvailability(config.id), availability, { retain: true });
    }
    const described = `${this.#axis.epoch()} ${this.#axis.view.refused() ?? ''} ${this.#url}`;
    if (described === this.#described) return;
    this.#described = described;
    bus.publish(topics.driveInfo(config.id), JSON.stringify(this.description()), { retain: true });
  }
}
