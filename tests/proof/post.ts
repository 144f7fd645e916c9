import { topicsOf } from '../../services/contracts/index.ts';
import type { MessageBus } from '../../services/platform/bus/index.ts';
import type { Delivery, Order } from './facts.ts';
import type { World } from './world.ts';

/** How commanders reach drives: HTTP calls and messages, both with all that networks do to them. */
export class Post {
  readonly #world: World;
  readonly #bus: MessageBus;

  constructor(world: World) {
    this.#world = world;
    this.#bus = world.broker.bus('commanders');
  }

  send(unnumbered: Omit<Order, 'number'>): void {
    const order = { ...unnumbered, number: this.#world.nextOrder() };
    this.#world.clock.after(this.#latencyMs(), () => (order.via === 'rest' ? this.#call(order) : this.#publish(order)));
  }

  take(drive: string, body: { owner: string; ttlMs: number }, granted: (token: string) => void): void {
    const { clock, facts } = this.#world;
    this.#world.clock.after(this.#latencyMs(), () => {
      this.#world.processOf(drive).call(
        async (host) => {
          const { token } = host.axes.get(drive)!.lease.take(body);
          const untilMs = clock.nowMs() + body.ttlMs;
          facts.add({ kind: 'lease', atMs: clock.nowMs(), drive, owner: body.owner, token, untilMs });
          return token;
        },
        (outcome) => (outcome.status === 'fulfilled' ? granted(outcome.value) : undefined),
      );
    });
  }

  giveBack(drive: string, token: string): void {
    const { clock, facts } = this.#world;
    this.#world.clock.after(this.#latencyMs(), () => {
      this.#world.processOf(drive).call(
        async (host) => {
          const { lease } = host.axes.get(drive)!;
          lease.giveBack(token);
          facts.add({ kind: 'lease', atMs: clock.nowMs(), drive, owner: '', token: null, untilMs: 0 });
        },
        () => undefined,
      );
    });
  }

  #call(order: Order): void {
    const process = this.#world.processOf(order.drive);
    const deliver = (how: Delivery['how']): void => process.submit(order, how);
    this.#world.network({ order, deliver });
  }

  #publish(order: Order): void {
    const { site, mail } = this.#world;
    const payload = payloadOf(order);
    const topic = topicsOf(site.mqtt.root).driveCommand(order.drive, order.command);
    mail.set(`${topic} ${payload}`, order);
    this.#bus.publish(topic, payload, { retain: order.isRetained });
  }

  #latencyMs(): number {
    return this.#world.dice.between(0.5, 6);
  }
}

/** A bare number where nothing else is said. */
function payloadOf({ body, command }: Order): string {
  const [only, ...more] = Object.entries(body);
  const isBare = command === 'move-absolute' && only !== undefined && more.length === 0;
  return isBare ? String(only[1]) : JSON.stringify(body);
}
