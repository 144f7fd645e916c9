import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { Role } from '../../contracts/index.ts';
import { createSessions, type Sessions } from './sessions.ts';

/** Who is let in: everybody (loopback and simulated only, see doors.ts), or who shows a token. */
export type Access = { readonly kind: 'open' } | TokenAccess;

export interface TokenAccess {
  readonly kind: 'tokens';
  /** The role of a token, null for an unknown one. */
  verify(token: string): Role | null;
  /** Browsers that came by a one-time link. */
  readonly sessions: Sessions;
}

/** What a route asks for; `public` is for liveness and the shell of the page, which hold nothing secret. */
export type RouteRole = Role | 'public';

const rank: Readonly<Record<RouteRole, number>> = { public: 0, viewer: 1, operator: 2, engineer: 3, admin: 4 };

/** Roles include each other upward: an engineer may do what an operator may. */
export function mayAct(role: RouteRole, needed: RouteRole): boolean {
  return rank[role] >= rank[needed];
}

const digest = (token: string): Buffer => createHash('sha256').update(token).digest();

/** 256 bits of chance, safe in a URL, a header and a cookie. */
export const newToken = (): string => randomBytes(32).toString('base64url');

export function createTokenAccess(tokens: Readonly<Record<Role, string>>): TokenAccess {
  const known = Role.options.map((role) => ({ role, digest: digest(tokens[role]) }));
  return {
    kind: 'tokens',
    sessions: createSessions(newToken),
    // All are compared, and digests have one length: neither time nor order tells how close a guess came.
    verify(token) {
      const asked = digest(token);
      return known.filter((entry) => timingSafeEqual(entry.digest, asked))[0]?.role ?? null;
    },
  };
}
