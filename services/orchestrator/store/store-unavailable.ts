/** Why the store does not take or give something: `full` mends itself when there is room again. */
export type StoreTrouble = 'full' | 'unreachable' | 'damaged';

/** The store cannot do it now. Nothing that moves or stops an axis may wait for it or fail with it. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';

  readonly trouble: StoreTrouble;

  constructor(trouble: StoreTrouble, detail: string) {
    super(detail);
    this.trouble = trouble;
  }
}
