/**
 * The order in which commands for each drive came. What asks first and sends later must not act after what came behind it:
 * neither after a younger motion nor after a halt.
 */
export interface Turns {
  /** A motion has come: gives whether it may still be sent. */
  take(drive: string): () => boolean;
  /** It is sent, or ends what moves: whatever came before it and has not been sent is overtaken. */
  pass(drive: string): void;
}

export function createTurns(): Turns {
  let arrivals = 0;
  const youngest = new Map<string, number>();
  return {
    take(drive) {
      arrivals += 1;
      const own = arrivals;
      return () => {
        if (own < (youngest.get(drive) ?? 0)) return false;
        youngest.set(drive, own);
        return true;
      };
    },
    pass(drive) {
      arrivals += 1;
      youngest.set(drive, arrivals);
    },
  };
}
