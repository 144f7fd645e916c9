import type { SiteMessage } from '../../../contracts/index.ts';

interface StandbyText {
  readonly title: string;
  /** What works here all the same. */
  readonly meanwhile: string;
  /** Page of the one that leads; null where nobody does, as far as this one knows. */
  readonly leaderUrl: string | null;
  /** Makes this one the leader; for a shell on any machine that reaches it. */
  readonly command: string;
}

/** Null where the orchestrator behind the page commands, or is the only one. @param url base URL of the page */
export function standbyText(site: SiteMessage | null, url: string): StandbyText | null {
  const role = site?.orchestrator ?? null;
  if (role === null || role.role === 'active') return null;
  const leads = role.active === null ? 'nobody leads, as far as it knows' : `${role.active.name} leads`;
  return {
    title: `This is ${role.name}, which stands by: ${leads}`,
    meanwhile: 'All readings are current and every stop is taken here; whatever else is asked for here is refused.',
    leaderUrl: role.active?.url ?? null,
    command: `kmotion take-over --url ${url}`,
  };
}
