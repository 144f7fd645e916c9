import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { formatProblems, SiteError, type SiteProblem } from '../../config/index.ts';
import { isProfileText, parseProfile, ProfileError, type Profile } from '../../drivers/profile/index.ts';
import { profileReport, profileSummary } from './profile-report.ts';
import { readSite } from './read-site.ts';

interface Outcome {
  /** Absolute. */
  readonly file: string;
  readonly problems: readonly SiteProblem[];
  readonly profile: Profile | null;
}

/** What is to be said of a site file or a profile. */
interface Checked {
  readonly isRight: boolean;
  readonly forPeople: string;
  readonly forMachines: object;
}

export async function checkFile(name: string): Promise<Checked> {
  const { file, problems, profile } = isProfileFile(name) ? checkProfile(resolve(name)) : await checkSite(name);
  const isRight = problems.length === 0;
  const report = profile === null ? [] : profileReport(profile);
  const summary = profile === null ? {} : { profile: profileSummary(profile) };
  return {
    isRight,
    forPeople: (isRight
      ? [`${name} is right`, ...report]
      : [formatProblems(file, problems), counted(problems.length)]
    ).join('\n'),
    forMachines: { file: name, ok: isRight, problems, ...summary },
  };
}

/** A file that cannot be read is told by whoever reads it in earnest. */
function isProfileFile(name: string): boolean {
  try {
    return isProfileText(readFileSync(name, 'utf8'));
  } catch {
    return false;
  }
}

function checkProfile(file: string): Outcome {
  try {
    return { file, problems: [], profile: parseProfile(readFileSync(file, 'utf8'), file) };
  } catch (error) {
    if (!(error instanceof ProfileError)) throw error;
    const problems = error.problems.map(({ expected, ...place }) => ({ ...place, message: `expected ${expected}` }));
    return { file, problems, profile: null };
  }
}

async function checkSite(name: string): Promise<Outcome> {
  try {
    const { file } = await readSite(name);
    return { file, problems: [], profile: null };
  } catch (error) {
    if (!(error instanceof SiteError)) throw error;
    return { file: error.file, problems: error.problems, profile: null };
  }
}

const counted = (count: number): string => `${count} problem${count === 1 ? '' : 's'}`;
