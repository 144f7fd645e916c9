import { channelNames, channelProfile } from './channel.ts';
import type { Contradiction } from './contradiction.ts';
import type { Profile } from './profile.ts';
import { planChannelReads, planReads, polledSignals, readMs, type ReadBlock, type WireCost } from './read-plan.ts';

/** A reading older than this makes an axis `unknown`, however fast it is polled. */
export const OLDEST_READING_MS = 300;
/** A watchdog must see two polls even when one is lost. */
export const POLLS_A_WATCHDOG = 3;

/** What a read of this drive costs at the settings with which it leaves the factory. */
export function wireCostOf({ serial, timing, framing }: Profile): WireCost {
  return {
    framing,
    baudRate: serial.baudRate,
    bitsPerCharacter: 1 + 8 + (serial.parity === 'none' ? 0 : 1) + serial.stopBits,
    transactionMs: timing.turnaroundMs + timing.interFrameGapMs,
  };
}

/** The reads of one poll, and how long the line is busy with them at worst. */
export interface PollCost {
  readonly reads: readonly { readonly block: ReadBlock; readonly ms: number }[];
  readonly ms: number;
}

/** Two axes in one unit have their fast signals from the same reads, and their slow ones each by itself. */
export function pollCost(profile: Profile, poll: 'fast' | 'slow', wire: WireCost = wireCostOf(profile)): PollCost {
  const reads = pollBlocks(profile, poll, wire).map((block) => ({ block, ms: readMs(block.count, wire) }));
  return { reads, ms: reads.reduce((sum, { ms }) => sum + ms, 0) };
}

function pollBlocks(profile: Profile, poll: 'fast' | 'slow', wire: WireCost): readonly ReadBlock[] {
  const axes = channelNames(profile).map((channel) => channelProfile(profile, channel));
  const [left, right] = axes.map((axis) => polledSignals(axis, poll));
  if (left === undefined || right === undefined) return planReads(profile, polledSignals(profile, poll), wire);
  if (poll === 'slow') return axes.flatMap((axis) => planReads(axis, polledSignals(axis, poll), wire));
  return planChannelReads(profile, { left, right }, wire).map(({ left: one, right: other }) => ({
    ...one,
    signals: [...one.signals, ...other.signals],
  }));
}

/** A poll that the drive's own line cannot carry in the time that axis and watchdog leave for it. */
export function pollContradictions(profile: Profile): readonly Contradiction[] {
  const readable = Object.values(profile.registers).every(({ access, poll }) => access !== 'write' || poll === 'never');
  if (!readable) return [];
  const fast = pollCost(profile, 'fast');
  const slow = pollCost(profile, 'slow');
  const busyMs = fast.ms + slow.ms;
  const found: Contradiction[] = [];
  if (busyMs > OLDEST_READING_MS) {
    const reads = `${counted(fast, 'fast')} and ${counted(slow, 'slow')}`;
    const expected = `polls of at most ${OLDEST_READING_MS} ms, or the axis is always unknown: ${reads} come to ${busyMs.toFixed(1)} ms ${at(profile)}; ${remedy(profile)}`;
    found.push({ path: ['registers'], expected });
  }
  const { watchdog } = profile;
  if (watchdog !== null && fast.ms * POLLS_A_WATCHDOG > watchdog.defaultMs) {
    const come = fast.reads.length === 1 ? 'comes' : 'come';
    const expected = `at least ${Math.ceil(fast.ms * POLLS_A_WATCHDOG)} ms, ${POLLS_A_WATCHDOG} fast polls: ${counted(fast, 'fast')} ${come} to ${fast.ms.toFixed(1)} ms ${at(profile)}; raise it, or ${remedy(profile)}`;
    found.push({ path: ['watchdog', 'defaultMs'], expected });
  }
  return found;
}

const counted = ({ reads }: PollCost, poll: string): string =>
  `${reads.length} ${poll} read${reads.length === 1 ? '' : 's'}`;

const at = ({ serial, timing }: Profile): string =>
  `at ${serial.baudRate} baud with ${timing.turnaroundMs} ms turnaround and ${timing.interFrameGapMs} ms gap`;

function remedy({ serial: { baudRate, candidates } }: Profile): string {
  const faster = Math.max(0, ...candidates.map((candidate) => candidate.baudRate).filter((rate) => rate > baudRate));
  const raise = faster === 0 ? 'raise serial.baudRate' : `raise serial.baudRate (to ${faster})`;
  return `poll fewer registers, allow a larger maxMergeGap, ${raise} or lower timing.turnaroundMs`;
}
