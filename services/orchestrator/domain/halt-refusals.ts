import type { ProblemCode } from '../../contracts/index.ts';

/** Refusals of a halt that say of the drive that it does not move, or is being stopped already. */
const AT_REST: ReadonlySet<string> = new Set<ProblemCode>(['notEnabled', 'stopLatched', 'errorStop']);

/** Whether a member that refused to halt may go on moving; what nobody knows may. */
export const canMove = (refusal: string): boolean => !AT_REST.has(refusal);
