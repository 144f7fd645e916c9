/** A command that did not do what it was asked for; the message is the one line that a person reads. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
}

/** Errors whose message is meant for people as it stands. They are told by name: their rooms are loaded lazily. */
const FOR_PEOPLE = new Set(['CommandFailure', 'SiteError', 'StartError', 'SupervisorError', 'ProfileError']);

/** What the terminal shows of an error: never a stack, unless KMOTION_LOG_LEVEL=debug asks for one. */
export function failureLine(error: unknown): string {
  if (!(error instanceof Error)) return `kmotion: ${String(error)}`;
  if (FOR_PEOPLE.has(error.name)) return error.message;
  const more = process.env['KMOTION_LOG_LEVEL'] === 'debug' ? (error.stack ?? error.message) : error.message;
  return `kmotion: a fault of this software, please report it: ${more}`;
}
