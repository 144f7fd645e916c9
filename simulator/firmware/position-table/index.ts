// How a Leadshine PR drive behaves behind its registers: a table of paths, a trigger that shows what became of the last
// command, an alarm that takes the power away. Written from the manuals' tables, not from the scheme.
export { positionTable } from './personality.ts';
