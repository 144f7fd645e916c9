import type { DriveConfig, LineConfig } from '../../config/index.ts';
import { setpointMs } from '../../drivers/profile/index.ts';
import type { DriveDescription } from '../contracts/index.ts';
import type { Axis } from './axis.ts';
import { wireCostOn } from './wire-cost.ts';

export interface DescribedWhere {
  readonly site: string;
  readonly line: LineConfig;
  readonly url: string;
  /** One frame starts every armed drive of the line. */
  readonly startsTogether: boolean;
}

/** What a drive is: the retained `info` message and `GET /v1/drives/{drive}`. */
export function describeDrive(axis: Axis, where: DescribedWhere): DriveDescription {
  const { config, drive, scale, hasPosition } = axis.kit;
  const { profile } = config;
  const identity = drive.identity();
  return {
    drive: config.id,
    site: where.site,
    line: where.line.id,
    unit: config.unit,
    ...(profile.narrowed === undefined ? {} : { channel: profile.narrowed.channel }),
    profile: { id: profile.id, title: profile.title, placeholder: profile.placeholder },
    simulated: where.line.way.kind === 'simulated',
    identity: identity && {
      vendorId: identity.vendorId,
      productCode: identity.productCode,
      firmware: identity.firmware,
      serialNumber: identity.serialNumber,
    },
    axis: {
      unit: config.axis.unit,
      range: [...config.axis.range],
      maxVelocity: config.axis.maxVelocity,
      maxAcceleration: config.axis.maxAcceleration,
      resolution: scale.resolution,
      homingRequired: hasPosition && config.axis.homingRequired,
    },
    capabilities: [...axis.view.capabilities()].toSorted(),
    watchdogMs: config.watchdogMs,
    groupTrigger: where.startsTogether,
    setpointMs: setpointOn(where.line, profile),
    path: pathThrough(axis.kit),
    refused: axis.view.refused(),
    url: where.url,
    epoch: axis.epoch(),
  };
}

/** Members of a path start together, so each must be able to wait for it; and where it cannot take another target on its way, it stops. */
function pathThrough({ config: { profile }, drive: { verbs } }: Axis['kit']): NonNullable<DriveDescription['path']> {
  if (!verbs.has('arm')) return { mode: 'none', reason: 'it cannot be armed for a common start' };
  if (profile.retargets === 'moving') return { mode: 'blending', reason: null };
  return { mode: 'stop-and-go', reason: `${profile.title} takes a new target only at rest` };
}

/** To a tenth of a millisecond. */
function setpointOn(line: LineConfig, profile: DriveConfig['profile']): number | null {
  const wire = profile.registers.targetPosition === undefined ? null : wireCostOn(line, profile);
  return wire === null ? null : Number(setpointMs(profile, wire).toFixed(1));
}
