import { createInterface } from 'node:readline/promises';

/** Asks a person and takes only a clear yes. Without a terminal nobody can say yes. */
export async function askYes(question: string, signal?: AbortSignal): Promise<boolean> {
  const answer = await askText(`${question} [y/N] `, signal);
  return answer !== null && /^y(es)?$/i.test(answer.trim());
}

/** A line that a person types; null without a terminal, and after Ctrl-C or Ctrl-D. */
export async function askText(question: string, signal?: AbortSignal): Promise<string | null> {
  if (!process.stdin.isTTY) return null;
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const ended = new Promise<null>((resolve) => lines.once('close', () => resolve(null)));
  try {
    return await Promise.race([lines.question(question, signal === undefined ? {} : { signal }), ended]);
  } catch {
    return null;
  } finally {
    lines.close();
  }
}
