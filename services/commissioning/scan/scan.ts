import type { Clock } from '../../../drivers/base/index.ts';
import type { OpenPort } from '../../../drivers/transport/index.ts';
import type { FoundDrive, ScanEvent, ScanReport, SerialSettings } from '../../contracts/index.ts';
import { unmetExpectations, type Expected } from './expectations.ts';
import { createMeter, type Meter } from './meter.ts';
import type { Answered, PortRecord } from './port-record.ts';
import { scanPort } from './port-scan.ts';
import type { Pace, ScanPlan } from './scan-plan.ts';
import { suggestLines, suggestSite, type SuggestedLine } from './suggest-site.ts';
import { verdicts } from './verdicts.ts';

/** One port and what is asked on it. */
export interface PortTask {
  /** As findings and the site file will name it: by-id where there is such a name. */
  readonly port: string;
  readonly open: (serial: SerialSettings) => OpenPort;
  readonly plan: ScanPlan;
  readonly pace: Pace;
  readonly expected: readonly Expected[];
}

export interface ScanOptions {
  readonly tasks: readonly PortTask[];
  readonly clock: Clock;
  /** Ends it early; what was found is reported. */
  readonly signal: AbortSignal;
  readonly tell: (event: ScanEvent) => void;
}

export interface ScanOutcome {
  readonly report: ScanReport;
  /** The same as its YAML, for a site file that exists already. */
  readonly lines: readonly SuggestedLine[];
}

/** A person or a page is told so often. */
const PROGRESS_MS = 250;

/** Searches all ports side by side, each with its own line. Only reads. */
export async function runScan({ tasks, clock, signal, tell }: ScanOptions): Promise<ScanOutcome> {
  const meter = createMeter(new Map(tasks.map((task) => [task.port, task])), clock);
  tell({ event: 'begins', ports: tasks.map(({ port }) => port), progress: meter.progress() });
  const stopTelling = tellProgress(meter, clock, tell);
  const results = await Promise.all(
    tasks.map(async (task) => {
      const record = await scanPort({ ...task, clock, signal, listener: listenerOf(task, meter, tell) });
      const findings = [...verdicts(record), ...unmetExpectations(record, task.expected)];
      for (const finding of findings) tell({ event: 'finding', finding });
      return { record, findings };
    }),
  );
  stopTelling();
  const records = results.map(({ record }) => record);
  const lines = suggestLines(records);
  const report = {
    complete: records.every(({ isComplete, trouble }) => isComplete || trouble !== null),
    drives: records.flatMap(foundOn),
    findings: results.flatMap(({ findings }) => findings),
    yaml: suggestSite(records, lines),
  };
  tell({ event: 'ended', progress: meter.progress(), report });
  return { report, lines };
}

function listenerOf(
  { port }: PortTask,
  meter: Meter,
  tell: ScanOptions['tell'],
): Parameters<typeof scanPort>[0]['listener'] {
  return {
    asked: (plannedMs) => meter.asked(port, plannedMs),
    found: (answered) => tell({ event: 'found', drive: foundDrive(port, answered) }),
  };
}

function tellProgress(meter: Meter, clock: Clock, tell: ScanOptions['tell']): () => void {
  let cancel = clock.after(PROGRESS_MS, again);
  function again(): void {
    tell({ event: 'progress', progress: meter.progress() });
    cancel = clock.after(PROGRESS_MS, again);
  }
  return () => cancel();
}

const foundOn = ({ port, answered }: PortRecord): readonly FoundDrive[] => answered.map((one) => foundDrive(port, one));

function foundDrive(port: string, { serial, unit, match }: Answered): FoundDrive {
  const { profile, isProven, alsoPossible, identity } = match;
  return {
    port,
    serial,
    unit,
    profile: profile === null ? null : { id: profile.id, title: profile.title, proven: isProven },
    alsoPossible: alsoPossible.map(({ id }) => id),
    identity:
      identity === null
        ? null
        : {
            vendorId: identity.vendorId,
            productCode: identity.productCode,
            firmware: identity.firmware,
            serialNumber: identity.serialNumber,
          },
  };
}
