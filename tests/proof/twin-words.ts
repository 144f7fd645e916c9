import type { ChannelName } from '../../drivers/profile/index.ts';

// The ZLTECH ZLAC8015D in the words of its manual ("RS485 communication V1.00", common and motion registers), written down
// here once more: a profile that has the two motors mixed up would agree with itself.

export const MODE = 0x200d;
export const CONTROL_WORD = 0x200e;

export const RELATIVE_POSITION = 1;

export const EMERGENCY_STOP = 0x05;
export const CLEAR_ALARM = 0x06;
export const STOP = 0x07;
export const ENABLE = 0x08;

interface MotorWords {
  readonly start: number;
  /** Two registers, high word first. */
  readonly target: number;
  /** rpm */
  readonly velocity: number;
  /** ms from rest to the greatest speed */
  readonly acceleration: number;
  readonly deceleration: number;
}

export const motors: Readonly<Record<ChannelName, MotorWords>> = {
  left: { start: 0x11, target: 0x208a, velocity: 0x208e, acceleration: 0x2080, deceleration: 0x2082 },
  right: { start: 0x12, target: 0x208c, velocity: 0x208f, acceleration: 0x2081, deceleration: 0x2083 },
};

const START_BOTH = 0x10;

/** The motors that a value of the control word starts. */
export const starts = (word: number): readonly ChannelName[] =>
  (['left', 'right'] as const).filter((channel) => word === START_BOTH || word === motors[channel].start);

const COUNTS_PER_TURN = 4096;
const GREATEST_RPM = 1000;

export const countsPerSecond = (rpm: number): number => (rpm * COUNTS_PER_TURN) / 60;

export const countsPerSecond2 = (rampMs: number): number => (countsPerSecond(GREATEST_RPM) * 1000) / rampMs;
