import { mayAct, type RouteRole } from '../platform/doors/index.ts';

/** What a topic is for, as far as it decides who may publish to it. */
type Purpose =
  /** Makes things safer only: whoever may look may also stop. */
  | 'stop'
  | 'command'
  /** Home Assistant says that it has come or gone; drives are then announced to it again. */
  | 'greeting'
  /** What the site says of itself: whoever could publish it could make others believe anything of a drive. */
  | 'told'
  /** Outside of the site's own topics: where MQTT 5 clients ask for their answers. */
  | 'answer'
  /** The broker's own, or inside the site's but known to nobody. */
  | 'forbidden';

const roleFor: Readonly<Record<Exclude<Purpose, 'forbidden'>, RouteRole>> = {
  stop: 'viewer',
  command: 'operator',
  greeting: 'operator',
  // the site's own processes come with the admin's token
  told: 'admin',
  answer: 'admin',
};

/** Behind the root; the first that fits counts. */
const ownTopics: readonly (readonly [RegExp, Purpose])[] = [
  [/^stop$/, 'stop'],
  [/^(drives|groups)\/[^/]+\/commands\/stop$/, 'stop'],
  [/^(drives|groups)\/[^/]+\/commands\/.+$/, 'command'],
  [/^site$/, 'told'],
  [/^lines\/[^/]+\/availability$/, 'told'],
  [/^drives\/[^/]+\/(availability|info|state|results|event\/[^/]+)$/, 'told'],
  [/^groups\/[^/]+\/(state|results)$/, 'told'],
];

const HOME_ASSISTANT = 'homeassistant';

/** What somebody wants to publish; the payload does not matter. */
export interface Publication {
  readonly topic: string;
  /** MQTT 5: where the answer is to go. A process of the site sends it, with more rights than who asks. */
  readonly responseTopic?: string | undefined;
}

/** Deny by default. An answer may not be led to a topic of the site, where it would pass for the site's own word. */
export function mayPublish(role: RouteRole, { topic, responseTopic }: Publication, root: string): boolean {
  const purpose = purposeOf(topic, root);
  if (purpose === 'forbidden' || !mayAct(role, roleFor[purpose])) return false;
  return responseTopic === undefined || purposeOf(responseTopic, root) === 'answer';
}

/** Whoever is let in may listen, but not to the broker itself: its `$SYS` topics name every client. */
export const maySubscribe = (role: RouteRole, filter: string): boolean =>
  mayAct(role, 'viewer') && !filter.startsWith('$');

function purposeOf(topic: string, root: string): Purpose {
  if (topic.startsWith('$')) return 'forbidden';
  if (topic === `${HOME_ASSISTANT}/status`) return 'greeting';
  if (isUnder(topic, HOME_ASSISTANT)) return 'told';
  if (!isUnder(topic, root)) return 'answer';
  const rest = topic.slice(root.length + 1);
  return ownTopics.find(([form]) => form.test(rest))?.[1] ?? 'forbidden';
}

const isUnder = (topic: string, root: string): boolean => topic === root || topic.startsWith(`${root}/`);
