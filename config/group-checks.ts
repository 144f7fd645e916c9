import { suggestion } from '../drivers/profile/index.ts';
import { atValue, type ProblemAt } from './problem-at.ts';
import type { SiteDraft } from './site-draft.ts';

/** Every member of a group is a drive of this site, once. */
export function checkGroups({ groups, drives }: SiteDraft): readonly ProblemAt[] {
  const known = [...drives.keys()];
  return [...groups].flatMap(([id, group]) => {
    const members = Array.isArray(group['drives']) ? (group['drives'] as readonly unknown[]) : [];
    return members.flatMap((member, index) => {
      if (typeof member !== 'string') return [];
      const problem = memberProblem(member, { known, isAgain: members.indexOf(member) < index });
      return problem === null ? [] : [atValue(['groups', id, 'drives', index], problem)];
    });
  });
}

function memberProblem(
  member: string,
  { known, isAgain }: { readonly known: readonly string[]; readonly isAgain: boolean },
): string | null {
  if (isAgain) return `"${member}" is in this group already; expected each drive once`;
  if (known.includes(member)) return null;
  return `unknown drive "${member}"${suggestion(member, known)}; expected one of ${known.join(', ')}`;
}
