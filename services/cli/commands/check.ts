import { SiteError } from '../../../config/index.ts';
import { readSite } from '../read-site.ts';

/** `kmotion check`: exit code 0 only for a site file without problems. */
export async function check(file: string, options: { readonly json?: true }): Promise<void> {
  const wrong = await readSite(file).then(() => null, toSiteError);
  if (options.json === true) {
    const answer = { file, ok: wrong === null, problems: wrong?.problems ?? [] };
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  } else if (wrong === null) process.stdout.write(`${file} is right\n`);
  else process.stderr.write(`${wrong.message}\n${counted(wrong.problems.length)}\n`);
  process.exitCode = wrong === null ? 0 : 1;
}

function toSiteError(error: unknown): SiteError {
  if (error instanceof SiteError) return error;
  throw error;
}

const counted = (count: number): string => `${count} problem${count === 1 ? '' : 's'}`;
