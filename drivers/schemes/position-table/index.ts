// Drives with a table of paths and one trigger register (Leadshine PR): a path's parameters are written and read back,
// then its number is written to the trigger, and the trigger shows whether it was taken.
export { positionTable } from './position-table.ts';
