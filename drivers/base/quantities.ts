// The two frames whose confusion breaks metal are branded; every other quantity carries its unit in its name.

declare const frame: unique symbol;

/** A position or distance in the drive's own frame: encoder or command counts. Whole numbers once quantised. */
export type Counts = number & { readonly [frame]: 'drive' };
export const Counts = (value: number): Counts => value as Counts;

/** A position or distance in the axis's unit (mm, deg, rev, %). Velocities and accelerations are plain numbers per second. */
export type AxisUnits = number & { readonly [frame]: 'axis' };
export const AxisUnits = (value: number): AxisUnits => value as AxisUnits;
