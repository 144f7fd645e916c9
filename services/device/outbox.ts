/**
 * What is told goes out behind the frames of the same turn: building a message takes longer than sending a frame, and most
 * is told just before one. Messages leave in the order in which they were put in, and then the state that all of them have
 * led to.
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
    this.#messages = [];
    for (const send of messages) send();
    if (!this.#hasChanged) return;
    this.#hasChanged = false;
    this.#tellState();
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
