/**
 * What is told goes out behind the frames of the same turn: building a message takes longer than sending a frame, and most
 * is told just before one. The state that all of it has led to leaves first, so that who hears of the end of a motion finds
 * the axis at rest; then the messages in the order in which they were put in.
 */
export class Outbox {
  readonly #tellState: () => void;
  #messages: (() => void)[] = [];
  #hasChanged = false;
  #isWaiting = false;

  constructor(tellState: () => void) {
    this.#tellState = tellState;
  }

  put(send: () => void): void {
    this.#messages.push(send);
    this.#wait();
  }

  /** The state may have changed. */
  changed(): void {
    this.#hasChanged = true;
    this.#wait();
  }

  /** Tells all of it now. */
  empty(): void {
    const messages = this.#messages;
    const hasChanged = this.#hasChanged;
    this.#messages = [];
    this.#hasChanged = false;
    if (hasChanged) this.#tellState();
    for (const send of messages) send();
  }

  #wait(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    setImmediate(() => {
      this.#isWaiting = false;
      this.empty();
    });
  }
}
