import type { Site } from '../../../config/index.ts';
import { axisNowOf, type AxisNow } from '../../../config/interlocks/index.ts';
import type { DriveStateMessage } from '../../contracts/index.ts';
import type { Clock } from '../time.ts';

interface Parts {
  readonly site: Site;
  readonly clock: Clock;
  /** Asks the process that owns the drive; rejects where it cannot be asked. */
  readonly readState: (drive: string) => Promise<DriveStateMessage>;
}

/** States of drives as they said themselves when they were asked; what was not asked just now, or gave no answer, is not known. */
export interface Readings {
  /** Asks all of them at once; ends in bounded time, whoever is silent. */
  ask(drives: Iterable<string>): Promise<void>;
  now(drive: string): AxisNow | null;
  /** Whether what is armed waits there for a trigger. */
  isArmed(drive: string): boolean;
}

/** A device process answers in milliseconds; on a busy machine it may take its time, and then it counts as silent. */
export const ASKED_WITHIN_MS = 500;
/** Whatever is decided is decided upon what was asked for it. */
const BELIEVED_FOR_MS = 1000;

interface Answer {
  readonly state: DriveStateMessage | null;
  readonly askedAtMs: number;
}

export function createReadings({ site, clock, readState }: Parts): Readings {
  const answers = new Map<string, Answer>();

  async function askOne(drive: string): Promise<void> {
    const askedAtMs = clock.nowMs();
    const end = new AbortController();
    const silence = clock.sleep(ASKED_WITHIN_MS, end.signal).then(
      () => null,
      () => null,
    );
    const state = await Promise.race([readState(drive).catch(() => null), silence]);
    end.abort(new Error('answered'));
    // a later question may have been answered first
    if ((answers.get(drive)?.askedAtMs ?? -Infinity) <= askedAtMs) answers.set(drive, { state, askedAtMs });
  }

  const believed = (drive: string): Answer | null => {
    const answer = answers.get(drive);
    return answer === undefined || clock.nowMs() - answer.askedAtMs > BELIEVED_FOR_MS ? null : answer;
  };

  return {
    ask: async (drives) => void (await Promise.all([...drives].map(askOne))),
    now(drive) {
      const config = site.drives.get(drive);
      const answer = believed(drive);
      if (config === undefined || answer === null || answer.state?.stale !== false) return null;
      return axisNowOf(answer.state, config.axis, answer.askedAtMs);
    },
    isArmed: (drive) => (believed(drive)?.state?.armed ?? null) !== null,
  };
}
