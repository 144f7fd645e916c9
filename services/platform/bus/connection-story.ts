import type { Clock, Random } from '../../../drivers/base/index.ts';
import type { Logger } from '../process/logger.ts';

/** What has happened on the way to the broker, and what to try next: protocol version, pause, and the lines of the log. */
export interface ConnectionStory {
  /** Protocol version of the present attempt: 5, or 4 (3.1.1) after a refusal. */
  readonly version: () => 4 | 5;
  failed(error: unknown): void;
  /** The broker said goodbye with this MQTT 5 reason. */
  dismissed(reasonCode: number): void;
  succeeded(): void;
  /** The connection has ended; gives the pause before the next attempt, ms. */
  lost(): number;
}

interface StoryOptions {
  readonly url: string;
  readonly clientId: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 10_000;
/** MQTT 5: another client took over this client id. Twice in 10 s is a second program, not our own return. */
const TAKEN_OVER = 0x8e;
const TAKEOVER_WINDOW_MS = 10_000;
const TAKEOVER_PAUSE_MS = 60_000;
/** "Unacceptable protocol version" in the words of 3.1.1 and of 5. */
const versionRefusals: readonly unknown[] = [1, 0x84];

/** "Bad user name or password", "not authorized", "banned", in the words of 3.1.1 and of 5. */
const loginRefusals: readonly unknown[] = [4, 5, 0x86, 0x87, 0x8a];

/** Grows twofold from 200 ms to 10 s, with chance so that many clients do not come back at one instant. */
export function pauseMs(failures: number, random: Random): number {
  const full = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** Math.min(failures, 10));
  return full * (0.5 + random() / 2);
}

interface Ending {
  readonly reason: string;
  readonly kind: 'lost' | 'wrongVersion' | 'takenOver' | 'keptOut';
}

const closedByBroker: Ending = { reason: 'closed by the broker', kind: 'lost' };

/** One log line for each change; the same failure again says nothing. */
export function createConnectionStory({ url, clientId, clock, random, logger }: StoryOptions): ConnectionStory {
  const broker = withoutPassword(url);
  let version: 4 | 5 = 5;
  let failures = 0;
  let isOnline = false;
  let ending = closedByBroker;
  let told = '';
  let lastTakeoverMs = Number.NEGATIVE_INFINITY;

  function tell({ kind, reason }: Ending): void {
    if (told === kind + reason) return;
    told = kind + reason;
    if (kind === 'takenOver') logger.error(`another program uses the MQTT client id ${clientId}; this one waits`);
    else if (kind === 'keptOut')
      logger.error({ reason }, `the MQTT broker ${broker} does not let this program in: check its password or token`);
    else logger.warn({ reason }, `no connection to the MQTT broker ${broker}, trying again`);
  }

  /** An old broker may refuse version 5 by closing without a word; after an outage it may be a new one: alternate. */
  function choose({ kind }: Ending): number {
    const wasOnline = isOnline;
    isOnline = false;
    // whoever is kept out was understood
    if (kind !== 'keptOut') version = kind === 'wrongVersion' || (!wasOnline && version === 5) ? 4 : 5;
    if (kind === 'takenOver') return TAKEOVER_PAUSE_MS;
    return kind === 'wrongVersion' ? 0 : pauseMs(failures++, random);
  }

  return {
    version: () => version,
    failed(error) {
      ending = endingOf(error, version);
    },
    dismissed(reasonCode) {
      const isAgain = reasonCode === TAKEN_OVER && clock.nowMs() - lastTakeoverMs < TAKEOVER_WINDOW_MS;
      if (reasonCode === TAKEN_OVER) lastTakeoverMs = clock.nowMs();
      const reason = `dismissed by the broker, reason 0x${reasonCode.toString(16)}`;
      ending = { reason, kind: isAgain ? 'takenOver' : 'lost' };
    },
    succeeded() {
      isOnline = true;
      failures = 0;
      told = '';
      logger.info({ mqtt: version === 5 ? '5' : '3.1.1' }, `connected to the MQTT broker ${broker}`);
    },
    lost() {
      const how = ending;
      ending = closedByBroker;
      if (how.kind !== 'wrongVersion') tell(how);
      return choose(how);
    },
  };
}

function endingOf(error: unknown, version: 4 | 5): Ending {
  const code = codeOf(error);
  const reason = error instanceof Error && error.message !== '' ? error.message : String(code ?? error);
  if (version === 5 && versionRefusals.includes(code)) return { reason, kind: 'wrongVersion' };
  return { reason, kind: loginRefusals.includes(code) ? 'keptOut' : 'lost' };
}

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^@/]*@/, '//');
}
