import { isLoopback } from './loopback.ts';
import { atKey, atValue, type ProblemAt } from './problem-at.ts';
import type { SiteDraft } from './site-draft.ts';

/** Who can reach this site, and by which right. */
export function checkDoors(draft: SiteDraft): readonly ProblemAt[] {
  return [...checkAuth(draft), ...checkBroker(draft.mqtt)];
}

function checkAuth({ auth, http }: SiteDraft): readonly ProblemAt[] {
  if ('open' in auth && 'tokens' in auth) return [atKey(['auth'], 'says both tokens and open; expected one of them')];
  const host = http['host'];
  if (!('open' in auth) || typeof host !== 'string' || isLoopback(host)) return [];
  const message = `open without tokens is only possible on loopback, but http.host is ${host}; write { tokens: <path> }`;
  return [atKey(['auth', 'open'], message)];
}

/** Without a password only this machine may reach the embedded broker. */
function checkBroker({ url = 'embedded', host, port, ...mqtt }: SiteDraft['mqtt']): readonly ProblemAt[] {
  if (url !== 'embedded') return host === undefined && port === undefined ? [] : [ownAddress];
  const unused = ['ca', 'cert', 'key'].filter((key) => key in mqtt);
  const hasPassword = 'username' in mqtt && ('password' in mqtt || 'passwordFile' in mqtt);
  return [
    ...unused.map((key) => atKey(['mqtt', key], 'has no effect: the embedded broker speaks no TLS; take it out')),
    ...(typeof host !== 'string' || hasPassword || isLoopback(host) ? [] : [openBroker(host)]),
  ];
}

const ownAddress = atKey(['mqtt'], 'host and port belong to the embedded broker; put those of another broker into url');

const openBroker = (host: string): ProblemAt =>
  atValue(
    ['mqtt', 'host'],
    `found ${host}, expected a loopback address as 127.0.0.1, or username and password: other machines could command every drive`,
  );
