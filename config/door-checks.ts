import { isLoopback } from './loopback.ts';
import { atKey, type ProblemAt } from './problem-at.ts';
import type { SiteDraft } from './site-draft.ts';

/** Who can reach this site, and by which right. */
export function checkDoors(draft: SiteDraft): readonly ProblemAt[] {
  return [...checkAuth(draft), ...checkBroker(draft.mqtt)];
}

function checkAuth({ auth, http, mqtt }: SiteDraft): readonly ProblemAt[] {
  if ('open' in auth && 'tokens' in auth) return [atKey(['auth'], 'says both tokens and open; expected one of them')];
  if (!('open' in auth)) return [];
  return [
    ['http.host', http['host']] as const,
    ...(isEmbedded(mqtt) ? [['mqtt.host', mqtt['host']] as const] : []),
  ].flatMap(([what, host]) => (typeof host !== 'string' || isLoopback(host) ? [] : [openBeyond(what, host)]));
}

const openBeyond = (what: string, host: string): ProblemAt =>
  atKey(
    ['auth', 'open'],
    `open without tokens is only possible on loopback, but ${what} is ${host}; write { tokens: <path> }`,
  );

const isEmbedded = ({ url = 'embedded' }: SiteDraft['mqtt']): boolean => url === 'embedded';

/** What is set for the broker that is not there. */
function checkBroker(mqtt: SiteDraft['mqtt']): readonly ProblemAt[] {
  if (!isEmbedded(mqtt)) return 'host' in mqtt || 'port' in mqtt ? [ownAddress] : [];
  return [
    ...['ca', 'cert', 'key']
      .filter((key) => key in mqtt)
      .map((key) => atKey(['mqtt', key], 'has no effect: the embedded broker speaks no TLS; take it out')),
    ...['username', 'password', 'passwordFile']
      .filter((key) => key in mqtt)
      .map((key) => atKey(['mqtt', key], "has no effect: the embedded broker asks for the site's tokens; take it out")),
  ];
}

const ownAddress = atKey(['mqtt'], 'host and port belong to the embedded broker; put those of another broker into url');
