import type { LineConfig } from '../../config/index.ts';
import type { DriveDescription } from '../contracts/index.ts';
import type { Axis } from './axis.ts';
import { tellable } from './domain/tellable.ts';

export interface DescribedWhere {
  readonly site: string;
  readonly line: LineConfig;
  readonly url: string;
  /** One frame starts every armed drive of the line. */
  readonly startsTogether: boolean;
  /** What one new set-point takes on that line; null where no serial line sets the pace. */
  readonly setpointMs: number | null;
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
    tellable: tellable(profile),
    groupTrigger: where.startsTogether,
    setpointMs: where.setpointMs,
    path: pathThrough(axis.kit),
    refused: axis.view.refused(),
    url: where.url,
    epoch: axis.epoch(),
  };
}

/** Where it cannot take another target on its way, it stops at each point. */
function pathThrough({ config: { profile }, drive: { verbs } }: Axis['kit']): NonNullable<DriveDescription['path']> {
  if (!verbs.has('moveTo')) return { mode: 'none', reason: 'it does not go to positions' };
  const told = tellable(profile);
  if (!told.includes('velocity') || !told.includes('acceleration'))
    return { mode: 'none', reason: 'it moves at a velocity of its own' };
  if (profile.registers.profileAcceleration?.inverse !== undefined)
    return { mode: 'stop-and-go', reason: 'its ramps are told as times, too coarse for the gentle ones of a path' };
  if (profile.retargets === 'moving') return { mode: 'blending', reason: null };
  return { mode: 'stop-and-go', reason: `${profile.title} takes a new target only at rest` };
}
