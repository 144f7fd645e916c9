import type { Site } from '../../config/index.ts';
import { topicsOf, type SiteMessage } from '../contracts/index.ts';
import type { MessageBus } from '../platform/bus/index.ts';
import type { ActiveBus } from './active-bus.ts';
import type { Groups } from './groups.ts';
import type { Leadership } from './leadership.ts';
import type { Registry } from './registry.ts';
import type { Store } from './store/index.ts';
import type { Clock } from './time.ts';

interface Parts {
  readonly site: Site;
  readonly bus: Pick<MessageBus, 'onState'>;
  /** Where it is told. */
  readonly face: ActiveBus;
  readonly leadership: Leadership;
  readonly registry: Registry;
  readonly groups: Groups;
  readonly store: Pick<Store, 'onState'> | null;
  readonly clock: Clock;
  readonly read: () => SiteMessage;
  readonly tell: (message: SiteMessage) => void;
}

/**
 * Least time between two looks at the whole site. Each makes a message of every drive: one for each drive that comes would
 * make the start of a site of 300 a thousand messages of 60 kB, and the orchestrator deaf while it makes them.
 */
const SITE_EVERY_MS = 200;

/** Publishes the site when something in it came, went or changed its state, at once or soon; positions do not stand in it. */
export function tellSite({
  site,
  bus,
  face,
  leadership,
  registry,
  groups,
  store,
  clock,
  read,
  tell,
}: Parts): (() => void)[] {
  let told = '';
  let madeAtMs = -Infinity;
  let cancel: (() => void) | null = null;

  const publish = (isNeeded: boolean): void => {
    cancel?.();
    cancel = null;
    madeAtMs = clock.nowMs();
    const message = read();
    const text = JSON.stringify(message);
    if (text === told && !isNeeded) return;
    if (text !== told) tell(message);
    told = text;
    face.publish(topicsOf(site.mqtt.root).site, text, { retain: true });
  };
  const soon = (): void => {
    if (cancel !== null) return;
    const waitMs = madeAtMs + SITE_EVERY_MS - clock.nowMs();
    if (waitMs <= 0) publish(false);
    else cancel = clock.after(waitMs, () => publish(false));
  };
  return [
    registry.onChange(({ news }) => {
      if (news.kind !== 'state') soon();
    }),
    groups.onState(soon),
    store?.onState(soon) ?? ((): void => undefined),
    face.onState((state) => (state === 'online' ? publish(true) : soon())),
    bus.onState(soon),
    leadership.onChange(soon),
    () => cancel?.(),
  ];
}
