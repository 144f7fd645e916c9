import { isIP } from 'node:net';

/** What a process is about to open, as far as it decides whether that is safe. */
export interface Doors {
  /** Every address that will be listened on, with a name for people: `http`, `mqtt`, `line bench`. */
  readonly listeners: readonly { readonly what: string; readonly host: string }[];
  /** Every line of the site is simulated. */
  readonly simulated: boolean;
  readonly auth: { readonly kind: 'open'; readonly reason: string | null } | { readonly kind: 'tokens' };
}

/** Sentences that say why these doors must stay shut and what to do; empty when they may open. */
export function checkDoors(doors: Doors): readonly string[] {
  if (doors.auth.kind === 'tokens') return [];
  const remedy = 'remove `auth: { open: ... }` so that tokens are asked for';
  const beyond = doors.listeners
    .filter(({ host }) => !isLoopback(host))
    .map(
      ({ what, host }) =>
        `${what} listens on ${host}, beyond this machine, without tokens: listen on 127.0.0.1, or ${remedy}`,
    );
  const isRealWithoutReason = !doors.simulated && doors.auth.reason === null;
  const real =
    'a real line is served without tokens: name a token file under `auth.tokens`, or say under `auth.open` why it is safe';
  return isRealWithoutReason ? [real, ...beyond] : beyond;
}

/** Whether only this machine reaches the address: 127.0.0.0/8, ::1, localhost. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  if (bare === 'localhost' || bare === '::1') return true;
  const v4 = bare.startsWith('::ffff:') ? bare.slice(7) : bare;
  return isIP(v4) === 4 && v4.startsWith('127.');
}

/** What a request says of where it was sent and where it comes from. */
export interface Arrival {
  readonly method: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
  /** `navigate` for a person who follows a link. */
  readonly fetchMode: string | undefined;
  /** The address of this machine that the connection reached. */
  readonly localAddress: string | undefined;
}

/** Null when the request may go on to authentication. */
export function checkArrival(arrival: Arrival, hosts: readonly string[]): 'misdirected' | 'foreignOrigin' | null {
  const asked = hostOf(arrival.host);
  if (asked === null || !isKnownHost(asked.hostname, hosts, arrival.localAddress)) return 'misdirected';
  return isFromHere(arrival, asked.host) ? null : 'foreignOrigin';
}

/**
 * DNS rebinding needs a name that the attacker owns; so a name must be ours, and an address must be the very one the
 * connection reached.
 */
function isKnownHost(hostname: string, hosts: readonly string[], localAddress: string | undefined): boolean {
  const bare = hostname.replace(/^\[|\]$/g, '');
  if (isLoopback(bare) || hosts.some((host) => host.toLowerCase() === bare)) return true;
  return isIP(bare) !== 0 && bare === localAddress?.replace(/^::ffff:/, '');
}

function isFromHere(arrival: Arrival, askedHost: string): boolean {
  const isRead = arrival.method === 'GET' || arrival.method === 'HEAD';
  const isLinkFollowed = isRead && arrival.fetchMode === 'navigate' && arrival.origin === undefined;
  const site = arrival.fetchSite;
  if (site !== undefined && site !== 'same-origin' && site !== 'none' && !isLinkFollowed) return false;
  return arrival.origin === undefined || hostOf(arrival.origin.replace(/^https?:\/\//, ''))?.host === askedHost;
}

/** Host and port of a Host header or of an Origin without its scheme; null for anything else. */
function hostOf(value: string | undefined): { host: string; hostname: string } | null {
  if (value === undefined || !/^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/i.test(value)) return null;
  const host = value.toLowerCase().replace(/:80$/, '');
  return { host, hostname: host.replace(/:\d+$/, '') };
}
