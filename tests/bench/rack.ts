import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shippedFolder } from '../../drivers/profile/index.ts';
import type { GroupCommandResource } from '../../services/contracts/index.ts';
import type { MotionEntry } from '../../simulator/index.ts';
import { startSiteInOneProcess, type GroupWord, type SiteInOneProcess } from '../support/virtual-site.ts';

/** Equal axes of the reference drive on paced 115200 lines, all in one group, on virtual time. */
export interface Rack {
  readonly site: SiteInOneProcess;
  readonly drives: readonly string[];
  readonly group: (command: GroupWord, body?: object) => Promise<GroupCommandResource>;
  /** Each drive by its own command at its own limits, all asked for at once. */
  moveAlone(targets: Readonly<Record<string, number>>): Promise<void>;
  /** When each shaft began to turn and came to rest, of everything since the mark before. */
  motions(): readonly { readonly startMs: number; readonly endMs: number }[];
  close(): Promise<void>;
}

export interface RackSize {
  readonly lines: number;
  readonly axes: number;
  /** Whether one broadcast frame starts all armed drives of a line. */
  readonly hasTrigger: boolean;
  readonly poll?: { readonly idleMs: number; readonly movingMs: number };
}

/** The reference drive as it would be if it obeyed no broadcast. */
function profileWithoutTrigger(): string {
  const text = readFileSync(join(shippedFolder(), 'kpower-reference.yaml'), 'utf8');
  return text.replace(/^id: .*$/m, 'id: without-broadcast').replace(/^broadcast: obeyed$/m, 'broadcast: none');
}

const axis =
  '{ unit: mm, travelPerRevolution: 5, gearRatio: 10, range: [0, 400], maxVelocity: 80, maxAcceleration: 200, stopDeceleration: 400, homingRequired: false }';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

function siteText({ lines, axes, hasTrigger }: RackSize): string {
  const drives = numbers(axes).map((index) => ({
    id: `axis-${index}`,
    line: index % lines,
    unit: 1 + Math.floor(index / lines),
  }));
  const profile = hasTrigger ? 'kpower-reference' : 'without-broadcast';
  return `site: rack
http: { port: 0 }
profiles: .
lines:
${numbers(lines)
  .map((line) => `  line-${line}: { simulated: { baudRate: 115200, paced: true } }`)
  .join('\n')}
drives:
${drives.map(({ id, line, unit }) => `  ${id}: { line: line-${line}, unit: ${unit}, profile: ${profile}, axis: ${axis} }`).join('\n')}
groups:
  all: { drives: [${drives.map(({ id }) => id).join(', ')}], maxStartSkewMs: 5000 }
`;
}

export async function startRack(size: RackSize): Promise<Rack> {
  const folder = mkdtempSync(join(tmpdir(), 'kmotion-rack-'));
  writeFileSync(join(folder, 'without-broadcast.yaml'), profileWithoutTrigger());
  const file = join(folder, 'site.yaml');
  writeFileSync(file, siteText(size));
  const site = await startSiteInOneProcess(1, file, size.poll === undefined ? {} : { poll: size.poll });
  rmSync(folder, { recursive: true, force: true });
  const drives = [...site.site.drives.keys()];
  let mark = 0;

  async function group(command: GroupWord, body: object = {}): Promise<GroupCommandResource> {
    const { groups } = site.orchestrator;
    const { id } = groups.submit({ group: 'all', command, body });
    await site.until(groups.ended(id), 120_000);
    return groups.read('all', id);
  }

  while (!site.orchestrator.readiness().ready) await site.clock.advance(100);
  // attaching leaves the polls hurried for a while
  await site.clock.advance(2000);
  const enabled = await group('enable');
  if (enabled.status !== 'done') throw new Error(JSON.stringify(enabled.error));
  return {
    site,
    drives,
    group,
    async moveAlone(targets) {
      const moves = Object.entries(targets).map(async ([drive, position]) => {
        const axisOf = site.hosts.get(site.site.drives.get(drive)?.line ?? '')?.axes.get(drive);
        const record = await axisOf?.submit('move-absolute', { position });
        await record?.ended;
      });
      await site.until(Promise.all(moves), 120_000);
    },
    motions() {
      site.simulator.settle();
      const entries = site.simulator.ledger
        .entries(mark)
        .filter((entry): entry is MotionEntry => entry.kind !== 'frame');
      mark = site.simulator.ledger.latest();
      return drives.map((drive) => {
        const own = entries.filter((entry) => entry.drive === drive);
        return {
          startMs: own[0]?.atMs ?? Number.NaN,
          endMs: own.findLast(({ kind }) => kind === 'stop')?.atMs ?? Number.NaN,
        };
      });
    },
    close: () => site.close(),
  };
}
