import type { Evidence } from './evidence.ts';
import type { Violation } from './violation.ts';

/** Readings keep this distance from what is true: the drive's own fractions, a turn-round between two looks. */
const READING_SLACK_UNITS = 1.2;

const IN_MOTION: ReadonlySet<string> = new Set(['homing', 'discreteMotion', 'continuousMotion', 'synchronizedMotion']);

/** What is published is true: readings, states, acknowledges. */
export function judgeClaims(evidence: Evidence): readonly Violation[] {
  return [
    ...untrueReadings(evidence),
    ...forbiddenEdges(evidence),
    ...standingWhileTurning(evidence),
    ...inventedAnswers(evidence),
    ...blindRepetitions(evidence),
  ];
}

function untrueReadings(evidence: Evidence): readonly Violation[] {
  return evidence.of('reading').flatMap(({ atMs, drive, said, whenAsked, now }) => {
    const slack = READING_SLACK_UNITS * Math.abs(evidence.scale(drive));
    const isTrue = said >= Math.min(whenAsked, now) - slack && said <= Math.max(whenAsked, now) + slack;
    if (isTrue || isDeclaredAnew(drive, atMs, evidence)) return [];
    const detail = `a position of ${said.toFixed(0)} counts was told; it was ${whenAsked.toFixed(0)} when asked and is ${now.toFixed(0)}`;
    return [{ rule: '8: every value is true at its time', atMs, drive, detail }];
  });
}

/** The same place gets another name: a reading of before is right by its old name. */
function isDeclaredAnew(drive: string, atMs: number, evidence: Evidence): boolean {
  const isRecent = (atMsOfIt: number): boolean => atMsOfIt > atMs - 2500 && atMsOfIt <= atMs;
  const declared = evidence
    .deliveries(drive)
    .some(({ order, atMs: at }) => order.command === 'set-position' && isRecent(at));
  return declared || evidence.blows('rebooted', drive).some(isRecent);
}

/** 1: PLCopen knows these edges not (motion reference 1.1). */
function forbiddenEdges(evidence: Evidence): readonly Violation[] {
  return evidence.of('edge').flatMap(({ atMs, drive, from, to }) => {
    const isForbidden =
      (IN_MOTION.has(to) && ['stopping', 'errorStop', 'disabled'].includes(from)) ||
      (to === 'homing' && IN_MOTION.has(from)) ||
      (from === 'homing' && IN_MOTION.has(to));
    return isForbidden ? [{ rule: '1: edges of the state machine', atMs, drive, detail: `${from} to ${to}` }] : [];
  });
}

/** 8: whoever ends a motion says standstill when it stands, not when the command to brake is given. */
function standingWhileTurning(evidence: Evidence): readonly Violation[] {
  return evidence.of('edge').flatMap(({ atMs, drive, from, to, speed }) => {
    if (to !== 'standstill' || !IN_MOTION.has(from) || evidence.stands(drive, speed)) return [];
    return [{ rule: '8: standstill stands', atMs, drive, detail: `${from} to ${to} at ${speed.toFixed(0)} counts/s` }];
  });
}

/** 25: what no drive answered was not acknowledged. */
function inventedAnswers(evidence: Evidence): readonly Violation[] {
  return evidence.of('miscount').map(({ atMs, line, unit, counted, given }) => ({
    rule: '25: an echo is no acknowledge',
    atMs,
    drive: `${line}/${unit}`,
    detail: `${counted} answers were counted, ${given} were given`,
  }));
}

/** 25: a trigger whose outcome is not known is looked for, not sent again. */
function blindRepetitions(evidence: Evidence): readonly Violation[] {
  return evidence.frames.repeated.map(({ atMs, drive }) => ({
    rule: '25: no blind re-send',
    atMs,
    drive,
    detail: 'the same trigger came again before anything else was written',
  }));
}
