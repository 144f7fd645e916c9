import type { MotionOrder, Permission } from '../../config/interlocks/index.ts';

/** Asks the interlocks of the line; throws a Refusal where one of them forbids it. */
export type Permit = (order: MotionOrder) => Permission;

/** Begins what the interlocks permit; what then does not begin claims no place. */
export function underPermission<T>({ permit }: { readonly permit?: Permit }, order: MotionOrder, begin: () => T): T {
  const permission = permit?.(order);
  try {
    const begun = begin();
    permission?.begun();
    return begun;
  } catch (error) {
    permission?.takeBack();
    throw error;
  }
}
