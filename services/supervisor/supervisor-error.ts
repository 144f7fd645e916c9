/** The site cannot run as it is; the message is the one line that says what is wrong and what to do. */
export class SupervisorError extends Error {
  override readonly name = 'SupervisorError';
}
