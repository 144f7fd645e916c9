import { channelProfile, type Profile } from '../drivers/profile/index.ts';
import type { AxisConfig, DriveConfig } from './site.ts';
import type { AxisFile, DriveFile } from './site-file.ts';

/** A move is done within this share of the range, unless the site file says more exactly. */
const TOLERANCE_OF_RANGE = 1 / 4000;
/** A controller holds its target to a count or two; asking for less would never end. */
const LEAST_TOLERANCE_COUNTS = 3;
/** Homing speed as a share of the greatest speed: the switch must not be overrun. */
const HOMING_VELOCITY_SHARE = 1 / 4;

interface DrivePlace {
  readonly id: string;
  readonly profile: Profile;
  /** What its line may keep it waiting for when all is well. */
  readonly silenceMs: number;
}

export function resolveDrive(drive: DriveFile, { id, profile: unit, silenceMs }: DrivePlace): DriveConfig {
  const profile = channelProfile(unit, drive.channel ?? null);
  const axis = resolveAxis(drive.axis, profile);
  return {
    id,
    line: drive.line,
    unit: drive.unit,
    profile,
    axis,
    homing: resolveHoming(drive.homing, axis),
    watchdogMs: drive.watchdogMs ?? defaultWatchdogMs(profile, silenceMs),
    poll: resolvePoll(drive.poll),
    onAttach: drive.onAttach ?? 'stop',
    serialNumber: drive.serialNumber ?? null,
    acceptPlaceholder: drive.acceptPlaceholder ?? false,
  };
}

function defaultWatchdogMs({ watchdog }: Profile, silenceMs: number): number | null {
  return watchdog === null ? null : Math.min(watchdog.maxMs, Math.max(watchdog.defaultMs, silenceMs));
}

const resolvePoll = (poll: DriveFile['poll']): DriveConfig['poll'] => ({
  idleMs: poll?.idleMs ?? 200,
  movingMs: poll?.movingMs ?? 20,
});

function resolveAxis(axis: AxisFile, profile: Profile): AxisConfig {
  const gearRatio = axis.gearRatio ?? 1;
  const unitsPerCount = axis.travelPerRevolution / (gearRatio * profile.countsPerRevolution);
  const [low, high] = axis.range;
  return {
    unit: axis.unit,
    travelPerRevolution: axis.travelPerRevolution,
    gearRatio,
    direction: axis.direction ?? 'normal',
    range: axis.range,
    maxVelocity: axis.maxVelocity,
    maxAcceleration: axis.maxAcceleration,
    // What the mechanics may bear is the user's word; a harder stop than that needs the user's word too.
    stopDeceleration: axis.stopDeceleration ?? axis.maxAcceleration,
    tolerance: axis.tolerance ?? Math.max((high - low) * TOLERANCE_OF_RANGE, LEAST_TOLERANCE_COUNTS * unitsPerCount),
    homingRequired: axis.homingRequired ?? true,
  };
}

function resolveHoming(homing: DriveFile['homing'], { maxVelocity }: AxisConfig): DriveConfig['homing'] {
  if (homing === undefined) return null;
  const { method, position = 0, velocity = maxVelocity * HOMING_VELOCITY_SHARE } = homing;
  return { method, position, velocity };
}
