import type { Lane } from '../../../drivers/modbus/index.ts';

/** What a fake line has carried. */
export interface Frame {
  readonly atMs: number;
  readonly lane: Lane;
  readonly unit: number;
  readonly kind: 'read' | 'write';
  readonly address: number;
  /** Registers read, or values written. */
  readonly count: number;
  readonly values: readonly number[];
}
