import { topicsOf, type StopReport } from '../contracts/index.ts';
import type { MessageBus } from '../platform/bus/index.ts';
import type { Logger } from '../platform/process/index.ts';
import type { Axis } from './axis.ts';
import type { DriveFace } from './drive-face.ts';
import { listenForCommands } from './mqtt-commands.ts';

export interface LineFaceParts {
  readonly line: string;
  readonly mqttRoot: string;
  readonly bus: MessageBus;
  readonly axes: ReadonlyMap<string, Axis>;
  readonly faces: ReadonlyMap<string, DriveFace>;
  readonly stopAll: (cause: string) => Promise<StopReport>;
  readonly logger: Logger;
}

/** The MQTT side of a line: who is there, commands in, stop for all. A broker that is away delays nothing else. */
export class LineFace {
  readonly #parts: LineFaceParts;
  readonly #unsubscribe: (() => void)[];

  constructor(parts: LineFaceParts) {
    this.#parts = parts;
    const topics = topicsOf(parts.mqttRoot);
    this.#unsubscribe = [
      ...[...parts.axes.values()].map((axis) => listenForCommands({ bus: parts.bus, topics, axis })),
      parts.bus.subscribe(topics.stopAll, () => void this.#stopAll()),
    ];
  }

  /** Publishes everything now and whenever the broker is back. */
  announce(url: string): void {
    const { bus, faces } = this.#parts;
    for (const face of faces.values()) face.announce(url);
    this.#unsubscribe.push(bus.onState((state) => (state === 'online' ? this.#publishAll() : undefined)));
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    for (const face of this.#parts.faces.values()) face.close();
    this.#publishAvailability('offline');
  }

  #publishAll(): void {
    this.#publishAvailability('online');
    for (const face of this.#parts.faces.values()) face.publishAll();
  }

  #publishAvailability(availability: 'online' | 'offline'): void {
    const { bus, line, mqttRoot } = this.#parts;
    bus.publish(topicsOf(mqttRoot).lineAvailability(line), availability, { retain: true });
  }

  async #stopAll(): Promise<void> {
    const report = await this.#parts.stopAll('stop for all on the message bus');
    if (!report.allConfirmed) this.#parts.logger.warn({ ...report }, 'a stop for all is not confirmed by all');
  }
}
