import { SiteError, type Site } from '../../../config/index.ts';
import { systemClock } from '../../../drivers/base/index.ts';
import { openSerial } from '../../../drivers/transport/index.ts';
import { examine, thisMachine, type DoctorFinding } from '../../commissioning/index.ts';
import { readSite } from '../read-site.ts';

/** `kmotion doctor`: exit code 1 when something must be mended. */
export async function doctor(file: string | undefined, options: { readonly json?: true }): Promise<void> {
  const read = await siteOf(file);
  const seen = await examine({
    site: read.site,
    machine: thisMachine,
    platform: process.platform,
    clock: systemClock,
    open: (path, settings) => openSerial({ path, settings, clock: systemClock }),
  });
  const findings = [...read.findings, ...seen];
  const ok = findings.every(({ state }) => state !== 'mend');
  process.stdout.write(`${options.json === true ? JSON.stringify({ ok, findings }) : doctorText(findings)}\n`);
  process.exit(ok ? 0 : 1);
}

interface ReadSite {
  readonly site: Site | null;
  readonly findings: readonly DoctorFinding[];
}

/** A site file that is wrong keeps nobody from looking at the machine. */
async function siteOf(file: string | undefined): Promise<ReadSite> {
  if (file === undefined) return { site: null, findings: [] };
  try {
    return { site: await readSite(file), findings: [] };
  } catch (error) {
    if (!(error instanceof SiteError)) throw error;
    const count = error.problems.length;
    const text = `${file} has ${count} problem${count === 1 ? '' : 's'}`;
    return { site: null, findings: [{ check: 'site', state: 'mend', text, remedy: `kmotion check ${file}` }] };
  }
}

const MARKS: Readonly<Record<DoctorFinding['state'], string>> = { good: '✓', mend: '✗', note: '·', unknown: '?' };

/** What must be mended comes last, where the eye is. */
export function doctorText(findings: readonly DoctorFinding[]): string {
  const order = ['good', 'note', 'unknown', 'mend'];
  const sorted = findings.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  const mends = findings.filter(({ state }) => state === 'mend').length;
  const lines = sorted.map(
    ({ state, text, remedy }) => `${MARKS[state]} ${text}${remedy === null ? '' : `\n    ${remedy}`}`,
  );
  return [...lines, mends === 0 ? 'Nothing must be mended.' : `${mends} to mend.`].join('\n');
}
