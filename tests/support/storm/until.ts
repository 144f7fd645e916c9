import { systemClock } from '../../../drivers/base/index.ts';

interface Patience {
  readonly what: string;
  readonly withinMs: number;
  readonly everyMs?: number;
}

/** Waits for a fact. Rejects when it has not come about in time. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  { what, withinMs, everyMs = 20 }: Patience,
): Promise<void> {
  const endMs = systemClock.nowMs() + withinMs;
  while (!(await isSo())) {
    if (systemClock.nowMs() > endMs) throw new Error(`waited ${withinMs} ms for ${what} in vain`);
    await systemClock.sleep(everyMs);
  }
}
