// Interlocks between axes: rules written as data, judged for every position that the axes may pass, stopping distance
// included. The same guard runs in the orchestrator over drives of several lines and in a device process over those of its
// own; it refuses to know how a motion is carried out, halted or refused.
export { ruleOf, type Interlock, type InterlockFile } from './interlock.ts';
export { InterlockGuard, type Permission } from './guard.ts';
export type { MotionOrder } from './order.ts';
export { axisNowOf, type AxisNow } from './axis-now.ts';
