/** One after the other, in the order of asking; a failure does not hold up the next. */
export type InTurn = <Result>(run: () => Promise<Result>) => Promise<Result>;

export function createTurns(): InTurn {
  let last: Promise<unknown> | null = null;
  return (run) => {
    // whose turn it is at once does not wait for a turn of the promise queue either
    const mine = last === null ? run() : last.then(run);
    const ended = mine.catch(() => undefined);
    last = ended;
    void ended.finally(() => {
      if (last === ended) last = null;
    });
    return mine;
  };
}
