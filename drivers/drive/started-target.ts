import type { Signals } from '../profile/index.ts';
import type { Step } from '../schemes/index.ts';

/**
 * Where an axis has been sent whose targets stand in their register until something starts them: the register may hold
 * one that was never started, and whoever halts the axis on its way to that would turn it round.
 */
export class StartedTarget {
  /** More than one while it is in doubt which of them was started. */
  #possible: readonly number[] = [];

  forget(): void {
    this.#possible = [];
  }

  started(steps: readonly Step[]): void {
    const target = targetOf(steps);
    if (target !== null) this.#possible = [target];
  }

  /** Its trigger may have been obeyed or not. */
  mayHaveStarted(steps: readonly Step[]): void {
    const target = targetOf(steps);
    if (target !== null) this.#possible = [...this.#possible, target];
  }

  /** What was read, with the target that the axis is on its way to: in doubt the next one ahead. */
  within(signals: Signals): Signals {
    const { actualPosition: position, actualVelocity: velocity = 0, targetPosition } = signals;
    if (targetPosition === undefined || position === undefined || this.#possible.length === 0) return signals;
    const ahead = this.#possible.filter((target) => (target - position) * velocity > 0);
    const [next] = (ahead.length > 0 ? ahead : this.#possible).toSorted(
      (a, b) => Math.abs(a - position) - Math.abs(b - position),
    );
    return { ...signals, targetPosition: next ?? targetPosition };
  }
}

/** Null for steps that start nothing, or something else than a target. */
function targetOf(steps: readonly Step[]): number | null {
  if (!steps.some((step) => step.do === 'trigger')) return null;
  const write = steps.find((step) => step.do === 'write' && step.values.targetPosition !== undefined);
  return write?.do === 'write' ? (write.values.targetPosition ?? null) : null;
}
