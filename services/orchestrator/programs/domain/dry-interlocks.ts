import {
  InterlockGuard,
  type AxisNow,
  type MotionOrder,
  type Permission,
} from '../../../../config/interlocks/index.ts';
import type { Site } from '../../../../config/index.ts';

interface Parts {
  readonly site: Pick<Site, 'drives' | 'interlocks'>;
  readonly positionOf: (drive: string) => number | null;
  readonly isGoing: (drive: string) => boolean;
}

/** Nothing here is late: what moves comes to rest exactly at its target. */
const LATENCY_S = 0;

/** The interlocks of a site over the model of a dry run: every rule in one place, wherever it is kept in earnest. */
export class DryInterlocks {
  readonly #guard: InterlockGuard;

  constructor({ site, positionOf, isGoing }: Parts) {
    this.#guard = new InterlockGuard({
      interlocks: site.interlocks,
      bounds: new Map([...site.drives].map(([id, { axis }]) => [id, { ...axis, latencyS: LATENCY_S }])),
      nowMs: () => 0,
      now: (drive) => (site.drives.has(drive) ? standing(positionOf(drive), isGoing(drive)) : null),
    });
  }

  /** Why one of these motions is forbidden; null where all are permitted, and then they have begun. */
  begin(orders: ReadonlyMap<string, MotionOrder>): string | null {
    const permissions: Permission[] = [];
    for (const [drive, order] of orders) {
      const admitted = this.#guard.admit(drive, order);
      if (!admitted.ok) {
        for (const permission of permissions) permission.takeBack();
        return admitted.detail;
      }
      permissions.push(admitted.permission);
    }
    for (const permission of permissions) permission.begun();
    return null;
  }
}

/** Known at every instant; while it goes, it is somewhere on the way that it was permitted. */
const standing = (position: number | null, isGoing: boolean): AxisNow => ({
  position,
  velocity: 0,
  moving: false,
  headsFor: null,
  isBraking: false,
  atRest: !isGoing,
  askedAtMs: Infinity,
  reading: (word) => (word === 'moving' ? isGoing : null),
});
