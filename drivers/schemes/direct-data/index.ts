// Drives with a block of direct data and one trigger (Oriental Motor BLV-R, AZ): the block is written and read back, then
// the trigger alone is written, and what the drive shows of the operation proves that it was obeyed.
export { directData } from './direct-data.ts';
