import type { Role } from '../../contracts/index.ts';

/** Browsers cannot send a bearer header for a page: a link that works once gives them a cookie. Lives in memory only. */
export interface Sessions {
  /** A code that one browser may redeem once. */
  mint(role: Role): string;
  /** The session cookie's value for a code, or null when the code was never given or is used up. */
  redeem(code: string): string | null;
  open(role: Role): string;
  roleOf(cookie: string): Role | null;
}

/** So that no loop of logins fills the memory; the oldest goes first. */
const MAX_KEPT = 256;

export function createSessions(newSecret: () => string): Sessions {
  const codes = new Map<string, Role>();
  const sessions = new Map<string, Role>();
  const keep = (kept: Map<string, Role>, role: Role): string => {
    const secret = newSecret();
    kept.set(secret, role);
    const oldest = kept.keys().next().value;
    if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest);
    return secret;
  };
  return {
    mint: (role) => keep(codes, role),
    open: (role) => keep(sessions, role),
    roleOf: (cookie) => sessions.get(cookie) ?? null,
    redeem(code) {
      const role = codes.get(code);
      codes.delete(code);
      return role === undefined ? null : keep(sessions, role);
    },
  };
}
