import { seededRandom } from '../../drivers/base/index.ts';
import type { CommandResource, GroupCommandResource } from '../../services/contracts/index.ts';
import { startSiteInOneProcess, type DriveWord, type GroupWord, type SiteInOneProcess } from './virtual-site.ts';

const TEN_MINUTES_MS = 600_000;

interface Order {
  readonly id: string;
  readonly command: DriveWord;
  readonly position?: number;
}

async function drive(site: SiteInOneProcess, { id, command, position }: Order): Promise<CommandResource> {
  const axis = [...site.hosts.values()].map((host) => host.axes.get(id)).find((found) => found !== undefined);
  const record = await axis!.submit(command, position === undefined ? {} : { position });
  return record.ended;
}

async function group(site: SiteInOneProcess, command: GroupWord, body: object = {}): Promise<GroupCommandResource> {
  const { id } = site.orchestrator.groups.submit({ group: 'lift', command, body });
  await site.orchestrator.groups.ended(id);
  return site.orchestrator.groups.read('lift', id);
}

async function bringUp(site: SiteInOneProcess): Promise<void> {
  while (!site.orchestrator.readiness().ready) await site.clock.advance(100);
  await site.until(group(site, 'enable'));
  await site.until(group(site, 'home'));
  for (const id of ['turntable', 'curtain']) await site.until(drive(site, { id, command: 'enable' }));
}

/** Ten minutes of a site at work: the lift goes up and down, the table turns, the curtain opens and closes. */
export async function tenMinutes(seed: number): Promise<{ trace: string; moves: number; statuses: Set<string> }> {
  const site = await startSiteInOneProcess(seed);
  const random = seededRandom(seed);
  const statuses = new Set<string>();
  let moves = 0;
  await bringUp(site);
  const endMs = site.clock.nowMs() + TEN_MINUTES_MS;
  while (site.clock.nowMs() < endMs) {
    const height = Math.round(random() * 400);
    const work = Promise.all([
      group(site, 'move', { targets: { 'lift-left': height, 'lift-right': height } }),
      drive(site, { id: 'turntable', command: 'move-absolute', position: Math.round(random() * 360 - 180) }),
      drive(site, { id: 'curtain', command: 'move-absolute', position: Math.round(random() * 100) }),
    ]);
    const results = await site.until<readonly { status: string }[]>(work);
    for (const { status } of results) statuses.add(status);
    moves += results.length;
    site.trace();
  }
  await site.close();
  return { trace: site.trace(), moves, statuses };
}
