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

/** The embedded broker knows no passwords, so nobody but this machine may reach it. */
function checkBroker({ url = 'embedded', host, port, ...mqtt }: SiteDraft['mqtt']): readonly ProblemAt[] {
  if (url !== 'embedded') return host === undefined && port === undefined ? [] : [ownAddress()];
  const credentials = ['username', 'password', 'passwordFile', 'ca', 'cert', 'key'].filter((key) => key in mqtt);
  const unused = credentials.map((key) => atKey(['mqtt', key], 'has no effect on the embedded broker; take it out'));
  if (typeof host !== 'string' || isLoopback(host)) return unused;
  const message = `found ${host}, expected a loopback address as 127.0.0.1: the embedded broker knows no passwords; beyond this machine use a broker of its own by url`;
  return [...unused, atValue(['mqtt', 'host'], message)];
}

const ownAddress = (): ProblemAt =>
  atKey(['mqtt'], 'host and port belong to the embedded broker; put those of another broker into url');
