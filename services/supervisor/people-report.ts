import { basename } from 'node:path';
import type { DriveConfig, Site } from '../../config/index.ts';
import type { SiteReport, SiteDoors } from './site-report.ts';
import type { PartEvent } from './supervised-part.ts';

export interface Terminal {
  write(text: string): void;
  /** Understands colours. */
  readonly isColoured: boolean;
}

type Style = 'good' | 'bad' | 'dim' | 'bold';
const ESCAPES: Readonly<Record<Style, string>> = { good: '32', bad: '31', dim: '2', bold: '1' };

/** A line for each thing as it happens, and at the end the lines worth copying. */
export function peopleReport(site: Site, terminal: Terminal): SiteReport {
  const say = (line = ''): void => terminal.write(`${line}\n`);
  const styled = (style: Style, text: string): string =>
    terminal.isColoured ? `\u001b[${ESCAPES[style]}m${text}\u001b[0m` : text;
  const row = (mark: string, [name, rest]: readonly [string, string]): void =>
    say(`  ${mark} ${name.padEnd(14)}${rest}`);
  let pageUrl: string | null = null;
  const good = styled('good', '✓');
  const bad = styled('bad', '✗');

  return {
    begins(notices) {
      say(`${styled('bold', `kmotion: site ${site.id}`)} ${styled('dim', `(${basename(site.file)})`)}`);
      for (const notice of notices) row('!', ['notice', notice]);
    },
    part(event) {
      const { mark, text } = partLine(event, { good, bad });
      pageUrl = event.kind === 'ready' && typeof event.facts['pageUrl'] === 'string' ? event.facts['pageUrl'] : pageUrl;
      row(mark, [event.part.name, `${text}${styled('dim', event.part.note === '' ? '' : `  ${event.part.note}`)}`]);
    },
    readiness({ ready, reasons }, doors) {
      if (!ready) {
        for (const reason of reasons) row('…', ['waiting', reason]);
        return row(' ', ['meanwhile', pageUrl ?? doors.url]);
      }
      row(good, ['all ready', `${site.drives.size} drives after ${(doors.afterMs / 1000).toFixed(1)} s`]);
      say();
      for (const [name, line] of copyableLines(site, { ...doors, pageUrl: pageUrl ?? doors.url }))
        say(`  ${styled('bold', name.padEnd(8))} ${line}`);
      say(`\n  ${styled('dim', 'Ctrl-C stops everything.')}`);
    },
    stopping: () => say('\n  stopping: drives first'),
    stopped: () => row(good, ['stopped', 'no process is left']),
  };
}

function partLine(
  event: PartEvent,
  { good, bad }: { readonly good: string; readonly bad: string },
): { readonly mark: string; readonly text: string } {
  if (event.kind === 'failed') return { mark: bad, text: `could not start (${event.how})` };
  if (event.kind === 'died') {
    return { mark: bad, text: `died (${event.how}); starting it again in ${event.restartMs} ms` };
  }
  const { url } = event.facts;
  return { mark: good, text: `${typeof url === 'string' ? url : 'ready'}${event.again ? ' (again)' : ''}` };
}

/** What to open, to send and to listen to; each line works when it is pasted into another terminal. */
function copyableLines(
  site: Site,
  { url, brokerUrl, pageUrl }: Omit<SiteDoors, 'afterMs'> & { readonly pageUrl: string },
): readonly (readonly [string, string])[] {
  const drive = easiestDrive(site);
  const { hostname, port } = new URL(brokerUrl);
  const token = site.auth.kind === 'tokens' ? ` -H "Authorization: Bearer $KMOTION_TOKEN"` : '';
  const post = (command: string, body: string): string =>
    `curl${token} -H 'Prefer: wait=20' --json '${body}' ${url}/v1/drives/${drive.id}/commands/${command}`;
  const [low, high] = drive.axis.range;
  const listen = `mosquitto_sub -h ${hostname} -p ${port === '' ? 1883 : port}${viewer(site)} -v -t '${site.mqtt.root}/drives/+/state'`;
  return [
    ['Open', pageUrl],
    ...(site.auth.kind === 'tokens' ? ([['Token', tokenLine(site.auth.file)]] as const) : []),
    ['Move', `${post('enable', '{}')} && ${post('move-absolute', `{"position":${low + (high - low) / 4}}`)}`],
    ['Listen', listen],
  ];
}

/** Puts the operator's token into the shell without showing it. */
const tokenLine = (file: string): string => `export KMOTION_TOKEN="${tokenIn(file, 'operator')}"`;

/** To listen the least token is enough; another's broker has its own users. */
const viewer = ({ auth, mqtt }: Site): string =>
  auth.kind === 'tokens' && mqtt.url === 'embedded' ? ` -u viewer -P "${tokenIn(auth.file, 'viewer')}"` : '';

/** The shell reads the token itself, so that it stands in no terminal and no log. */
const tokenIn = (file: string, role: 'viewer' | 'operator'): string =>
  `$(node -p 'JSON.parse(fs.readFileSync("${file}")).${role}')`;

/** A drive that moves at once makes the best first line. */
function easiestDrive({ drives }: Site): DriveConfig {
  const all = [...drives.values()];
  const easiest = all.findLast(({ axis }) => !axis.homingRequired) ?? all[0];
  if (easiest === undefined) throw new Error('a checked site has a drive');
  return easiest;
}
