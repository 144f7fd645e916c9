/** A terminal with one line at the bottom that is drawn over itself; without a terminal that line is left out. */
export interface Screen {
  say(text: string): void;
  /** Replaces the last line. */
  status(text: string): void;
  clear(): void;
}

export function createScreen(output: { write(text: string): unknown; readonly isTTY?: boolean }): Screen {
  const erase = output.isTTY === true ? '\r\u001b[K' : '';
  return {
    say: (text) => void output.write(`${erase}${text}\n`),
    status: (text) => void (output.isTTY === true && output.write(`${erase}${text}`)),
    clear: () => void output.write(erase),
  };
}
