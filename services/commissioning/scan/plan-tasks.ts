import type { Site } from '../../../config/index.ts';
import type { Clock } from '../../../drivers/base/index.ts';
import { openSerial } from '../../../drivers/transport/index.ts';
import type { Profile } from '../../../drivers/profile/index.ts';
import type { ScanFinding, ScanRequest, SerialSettings } from '../../contracts/index.ts';
import {
  isPortOf,
  knownPort,
  knownPorts,
  stableName,
  type DescribeOptions,
  type KnownPort,
} from '../ports/describe-ports.ts';
import type { Expected } from './expectations.ts';
import type { PortTask } from './scan.ts';
import { planScan, type Pace } from './scan-plan.ts';
import { likelySerials, sameSerial } from './serial-choice.ts';
import { chosenUnits, likelyUnits, parseUnits } from './unit-list.ts';

export interface TaskOptions extends DescribeOptions {
  readonly request: ScanRequest;
  readonly profiles: readonly Profile[];
  /** What the lines of this site say is looked for first, and compared. */
  readonly site: Site | null;
  readonly clock: Clock;
}

export interface TaskPlan {
  readonly tasks: readonly PortTask[];
  /** Ports that are left alone. */
  readonly leftOut: readonly ScanFinding[];
}

/** From what was asked for to what is done on each port. A port that somebody has is left alone and told. */
export async function planTasks(options: TaskOptions): Promise<TaskPlan> {
  const { ports } = options.request;
  const wanted =
    ports === undefined
      ? await knownPorts(options)
      : await Promise.all(ports.map(async (name) => knownPort(name, options)));
  return {
    tasks: wanted.filter(({ owner }) => owner === null).map((port) => taskOf(port, options)),
    leftOut: wanted.flatMap(leftOut),
  };
}

function leftOut({ listed, owner }: KnownPort): readonly ScanFinding[] {
  if (owner === null) return [];
  const who = owner.kind === 'line' ? `line ${owner.name}` : owner.name;
  return [
    {
      kind: 'port-taken',
      port: stableName(listed),
      unit: null,
      text: `${listed.path} belongs to ${who} and was not asked`,
      remedy:
        owner.kind === 'line'
          ? `Stop the site first to search on it (Ctrl-C in "kmotion up").`
          : 'Stop that program to search on it.',
    },
  ];
}

function taskOf({ listed }: KnownPort, { request, profiles, site, clock, root }: TaskOptions): PortTask {
  const expected = expectedOn(listed, site, root);
  const serials = [...expected.map(({ serial }) => serial), ...(request.serial ?? likelySerials(profiles))];
  const settings = serials.filter((serial, index) => serials.findIndex((other) => sameSerial(other, serial)) === index);
  const likely = likelyUnits(profiles, [...new Set(expected.map(({ unit }) => unit))]);
  const units = request.units === undefined ? likely : chosenUnits(parseUnits(request.units) ?? [], likely);
  return {
    port: stableName(listed),
    open: (serial: SerialSettings) => openSerial({ path: listed.path, settings: serial, clock }),
    plan: planScan(profiles, { settings, units }),
    pace: paceOf(listed),
    expected,
  };
}

function expectedOn(listed: KnownPort['listed'], site: Site | null, root: string | undefined): readonly Expected[] {
  if (site === null) return [];
  const lines = [...site.lines.values()].filter(({ way }) => isPortOf(way, listed, root));
  return lines.flatMap(({ id, serial }) =>
    [...site.drives.values()].flatMap(({ id: drive, line, unit, profile }) =>
      line === id && serial !== null ? [{ drive, line, serial, unit, profile: profile.id }] : [],
    ),
  );
}

/** Most adapters gather short answers for up to 16 ms; one says how long. */
const USUAL_LATENCY_MS = 20;
const SCHEDULING_MS = 4;
/** Behind a pseudo-terminal a program plays the drive, which must have its turn of a busy machine first. */
const PLAYED_LATENCY_MS = 100;

export function paceOf({ path, latencyTimerMs, driver }: KnownPort['listed']): Pace {
  if (driver === null && !path.startsWith('/dev/tty')) return { adapterLatencyMs: PLAYED_LATENCY_MS };
  return { adapterLatencyMs: latencyTimerMs === null ? USUAL_LATENCY_MS : latencyTimerMs + SCHEDULING_MS };
}
