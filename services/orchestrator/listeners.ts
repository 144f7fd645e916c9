/** Adds a listener; the answer takes it away. */
export type Listen<T> = (listener: (value: T) => void) => () => void;

export interface Listeners<T> {
  readonly listen: Listen<T>;
  readonly tell: (value: T) => void;
}

/** Typed news for any number of listeners, in the order they came; one may leave while it is being told. */
export function createListeners<T>(): Listeners<T> {
  const listeners = new Set<(value: T) => void>();
  return {
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tell(value) {
      for (const listener of listeners) listener(value);
    },
  };
}
