/** Why a process cannot start: one sentence that says what is wrong and what to do. Printed without a stack; exit code 1. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
