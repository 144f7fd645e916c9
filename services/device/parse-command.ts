import { DriveCommands, problem, Refusal, type DriveCommand, type DriveCommandName } from '../contracts/index.ts';
import { parseBody } from '../platform/http/index.ts';

/** A bare number is the one parameter that these commands cannot do without. */
const BARE: Partial<Record<DriveCommandName, string>> = {
  'move-absolute': 'position',
  'move-relative': 'distance',
  'set-position': 'position',
};

export const isCommandName = (name: string): name is DriveCommandName => Object.hasOwn(DriveCommands, name);

export function parseCommand<Name extends DriveCommandName>(name: Name, value: unknown): DriveCommand<Name> {
  return parseBody(DriveCommands[name], value, name) as DriveCommand<Name>;
}

/** Text of a message to a body: nothing is `{}`, a number goes into its one field. */
export function bodyOf(name: DriveCommandName, payload: string): unknown {
  if (payload.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(payload);
    const field = BARE[name];
    return typeof value === 'number' && field !== undefined ? { [field]: value } : value;
  } catch {
    throw new Refusal(problem('malformed', `${name}: the payload is neither JSON nor a number.`));
  }
}
