import type { DriveConfig, Site } from '../../config/index.ts';
import { topicsOf, type StopReport } from '../contracts/index.ts';
import type { MessageBus } from '../platform/bus/index.ts';
import type { Logger } from '../platform/process/index.ts';
import { DeviceUnreachable } from './device-client.ts';
import { joinStopReports, type StopOutcome } from './domain/stop-report.ts';
import type { Registry } from './registry.ts';
import type { Clock } from './time.ts';

export interface StopParts {
  readonly site: Site;
  readonly bus: MessageBus;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Asks every device process at once, by REST and by message, because either way may be down. The report counts only
 * what a process proved by reading its drives; a process that does not answer holds nobody up beyond its time limit.
 */
export async function stopAll(parts: StopParts): Promise<StopReport> {
  const { site, bus, clock, logger } = parts;
  const startMs = clock.nowMs();
  // Without the broker this is dropped, and REST is the way.
  bus.publish(topicsOf(site.mqtt.root).stopAll, '{}', { qos: 1 });
  const outcomes = await Promise.all([...site.lines.keys()].map((line) => stopLine(line, parts)));
  const report = joinStopReports(outcomes, clock.nowMs() - startMs);
  if (report.allConfirmed) logger.info({ report }, 'all stopped');
  else logger.error({ report }, 'stop is NOT confirmed for every drive');
  return report;
}

/**
 * What a process takes beyond the ramps to read every drive back, and to give up one that fell silent just now (2 s), on a
 * line where each silence costs time; then it is not waited for any longer, and nothing of its answer is known.
 */
const PROOF_WITHIN_MS = 3000;
/** A stop frame and the two readings that prove it, one drive after the other, through a slow adapter or on a busy machine. */
const PROOF_OF_ONE_MS = 150;

/** A stop is answered when the slowest ramp of the line has ended, from full speed at worst, and every drive was read. */
const stopBoundMs = (drives: readonly DriveConfig[]): number =>
  PROOF_WITHIN_MS +
  PROOF_OF_ONE_MS * drives.length +
  1000 * Math.max(0, ...drives.map(({ axis }) => axis.maxVelocity / axis.stopDeceleration));

async function stopLine(line: string, { site, registry }: StopParts): Promise<StopOutcome> {
  const own = [...site.drives.values()].filter((drive) => drive.line === line);
  const drives = own.map(({ id }) => id);
  const client = registry.clientOf(line);
  if (client === null) return { drives, answer: 'unreachable' };
  try {
    return { drives, answer: await client.stopAll(stopBoundMs(own)) };
  } catch (error) {
    const isGone = error instanceof DeviceUnreachable && error.executed === 'no';
    return { drives, answer: isGone ? 'unreachable' : 'unanswered' };
  }
}
