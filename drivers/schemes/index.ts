// How a family of drives is commanded: registers in, a vendor-free state out; a state and an intent in, a list of steps
// out, each step being data. Pure functions. This room refuses to know the wire, time, axes, limits and who asks.
export { schemeOf } from './scheme-of.ts';
export type { Condition, DriveIntent, DriveState, Plan, Scheme, Step } from './scheme.ts';
