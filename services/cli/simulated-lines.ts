import type { DriveConfig, LineConfig, Site } from '../../config/index.ts';
import { placeMechanics, type DriveOptions, type Mechanics, type SimulatorLine } from '../../simulator/index.ts';

/** Homing finds its reference this far from where the shaft stands at the beginning, as a share of the range. */
const APPROACH_OF_RANGE = 1 / 20;

/** What the simulator is told of a site: only its simulated lines, in the drives' own counts. */
export function simulatedLines(site: Site): readonly SimulatorLine[] {
  return [...site.lines.values()].flatMap((line) => {
    const drives = [...site.drives.values()].filter((drive) => drive.line === line.id);
    return simulatedLine(line, drives);
  });
}

function simulatedLine({ id, way, serial }: LineConfig, drives: readonly DriveConfig[]): readonly SimulatorLine[] {
  if (way.kind !== 'simulated' || serial === null) return [];
  return [{ name: id, serial, paced: way.paced, pty: { path: way.ptyPath }, drives: drives.map(simulatedDrive) }];
}

function simulatedDrive(drive: DriveConfig): DriveOptions {
  const { axis, profile } = drive;
  const sign = axis.direction === 'inverted' ? -1 : 1;
  const countsPerUnit = (sign * axis.gearRatio * profile.countsPerRevolution) / axis.travelPerRevolution;
  return {
    name: drive.id,
    unit: drive.unit,
    channel: profile.narrowed?.channel ?? null,
    // two drives of one unit are one machine
    profile: profile.narrowed?.of ?? profile,
    countsPerUnit,
    mechanics: mechanicsOf(drive, countsPerUnit),
  };
}

/** Undefined where the axis turns freely: without a position there is no range either. */
function mechanicsOf({ axis, homing, profile }: DriveConfig, countsPerUnit: number): Mechanics | undefined {
  if (profile.registers.actualPosition === undefined) return undefined;
  const [low = 0, high = 0] = axis.range.map((limit) => limit * countsPerUnit).toSorted((a, b) => a - b);
  const approach = (high - low) * APPROACH_OF_RANGE;
  if (homing === null) return freeRange(low, { high, room: approach });
  const homePosition = homing.position * countsPerUnit;
  return placeMechanics({ range: [low, high], homePosition, homingMethod: homing.method, approach });
}

/** An axis with an absolute encoder: nothing to search for, switches and stops beyond the range. */
function freeRange(low: number, { high, room }: { readonly high: number; readonly room: number }): Mechanics {
  return {
    homeSwitch: null,
    limitSwitches: { negative: low - room, positive: high + room },
    endStops: { low: low - 2 * room, high: high + 2 * room },
  };
}
