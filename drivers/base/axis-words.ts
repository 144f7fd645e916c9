/** PLCopen's states of an axis, and ours for not knowing. */
export const AXIS_STATES = [
  'disabled',
  'standstill',
  'homing',
  'discreteMotion',
  'continuousMotion',
  'synchronizedMotion',
  'stopping',
  'errorStop',
  'unknown',
] as const;

/** What positions of an axis are counted in. */
export const AXIS_UNITS = ['mm', 'deg', 'rev', '%'] as const;
