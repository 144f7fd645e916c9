import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Refusal,
  type CommandResource,
  type DriveCommand,
  type DriveCommandName,
} from '../../services/contracts/index.ts';
import type { Axis } from '../../services/device/axis.ts';
import { startSiteInOneProcess, type SiteInOneProcess } from './virtual-site.ts';

/** An arm that must not be above the table while the lift is down, and two drives that only take turns. */
const siteText = (lineOfLift: string): string => `site: interlocked
lines:
  bench: { simulated: { baudRate: 115200 } }
  hoist: { simulated: { baudRate: 115200 } }
drives:
${driveText('arm', 'bench', 1)}${driveText('lift', lineOfLift, 2)}${driveText('slide', 'bench', 3)}${driveText('spare', 'hoist', 4)}groups:
  both: { drives: [arm, lift] }
interlocks:
  - { never: { arm: [100, 200], lift: [0, 50] }, because: "the arm would meet the lift" }
  - { oneAtATime: [slide, lift] }
`;

const driveText = (id: string, line: string, unit: number): string => `  ${id}:
    line: ${line}
    unit: ${unit}
    profile: kpower-reference
    axis: { unit: mm, travelPerRevolution: 5, gearRatio: 10, range: [0, 400], maxVelocity: 80, maxAcceleration: 200 }
`;

const READ = { idleMs: 200, movingMs: 20 };
const LOOK_EVERY_MS = 10;

/** One whole site on virtual time whose drives were enabled and told where they are. */
export class InterlockedSite {
  readonly site: SiteInOneProcess;
  readonly #folder: string;
  private constructor(site: SiteInOneProcess, folder: string) {
    this.site = site;
    this.#folder = folder;
  }

  static async start(lift: 'on the line of the arm' | 'on a line of its own'): Promise<InterlockedSite> {
    const folder = mkdtempSync(join(tmpdir(), 'interlocked-'));
    const path = join(folder, 'site.yaml');
    writeFileSync(path, siteText(lift === 'on the line of the arm' ? 'bench' : 'hoist'));
    const begun = new InterlockedSite(await startSiteInOneProcess(7, path, { poll: READ }), folder);
    while (!begun.site.orchestrator.readiness().ready) await begun.site.clock.advance(100);
    for (const drive of ['arm', 'lift', 'slide']) {
      await begun.atDrive(drive, 'enable', {});
      await begun.atDrive(drive, 'set-position', { position: 10 });
    }
    await begun.site.clock.advance(500);
    return begun;
  }

  axis(drive: string): Axis {
    const found = [...this.site.hosts.values()].map((host) => host.axes.get(drive)).find((axis) => axis !== undefined);
    if (found === undefined) throw new Error(`no axis ${drive}`);
    return found;
  }

  /** By the door of the device process itself, to its end; what was refused is the text of the refusal. */
  async atDrive<Name extends DriveCommandName>(drive: string, name: Name, body: DriveCommand<Name>): Promise<string> {
    const outcome = await told(
      this.site.until(
        this.axis(drive)
          .submit(name, body)
          .then((record) => record.ended),
      ),
    );
    // as a client of its REST door, which answers behind what the end has led to
    this.site.hosts.get(this.site.site.drives.get(drive)!.line)?.faces.get(drive)?.tellNow();
    return outcome;
  }

  /** As the orchestrator commands a drive for a group or a program; answered when it is taken. */
  async byOrchestrator(drive: string, command: DriveCommandName, body: Record<string, unknown>): Promise<string> {
    const line = this.site.site.drives.get(drive)!.line;
    const client = this.site.orchestrator.registry.clientOf(line)!;
    return told(this.site.until(client.command({ drive, id: crypto.randomUUID(), command, body, waitMs: 0 })));
  }

  /** mm, where the shaft truly is. */
  truly(drive: string): number {
    this.site.simulator.settle();
    const { profile, axis } = this.site.site.drives.get(drive)!;
    const countsPerMm = (profile.countsPerRevolution * axis.gearRatio) / axis.travelPerRevolution;
    return this.site.simulator.drives.get(drive)!.plant().position / countsPerMm;
  }

  /** Lets time pass; gives whether arm and lift were in their zones at once at any instant looked at. */
  async pass(ms: number): Promise<'apart' | 'met'> {
    let met = false;
    for (let passed = 0; passed < ms; passed += LOOK_EVERY_MS) {
      await this.site.clock.advance(LOOK_EVERY_MS);
      const [arm, lift] = [this.truly('arm'), this.truly('lift')];
      met ||= arm >= 100 && arm <= 200 && lift >= 0 && lift <= 50;
    }
    return met ? 'met' : 'apart';
  }

  async close(): Promise<void> {
    await this.site.close();
    rmSync(this.#folder, { recursive: true });
  }
}

async function told(asked: Promise<CommandResource | { readonly status: string }>): Promise<string> {
  try {
    return (await asked).status;
  } catch (error) {
    if (error instanceof Refusal) return `${error.problem.code}: ${error.problem.detail}`;
    throw error;
  }
}
