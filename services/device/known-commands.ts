import { problem, Refusal } from '../contracts/index.ts';
import type { CommandRecord } from './command-record.ts';
import { createCommandLedger, fingerprintOf } from './domain/command-ledger.ts';

/** Outcomes remembered for clients that ask again or send again. */
const REMEMBERED_COMMANDS = 1000;

interface Identified {
  readonly id?: string | undefined;
}

/** What has been asked of one axis under an id that the client gave: the same again has the same outcome. */
export class KnownCommands {
  readonly #drive: string;
  readonly #taken = createCommandLedger<CommandRecord>(REMEMBERED_COMMANDS, (record) => record.hasEnded());
  /** By what was asked, id included. Beside the others: a flood of what is refused drives out nothing that was done. */
  readonly #refused = createCommandLedger<Refusal>(REMEMBERED_COMMANDS, () => true);

  /** By what was asked as well. */
  readonly #considered = new Map<string, Promise<CommandRecord>>();

  constructor(drive: string) {
    this.#drive = drive;
  }

  get(id: string): CommandRecord | null {
    return this.#taken.get(id);
  }

  /** What was taken under this id, or null for a new one; a Refusal thrown where this was refused, or the id means another. */
  find(command: string, body: Identified): CommandRecord | null {
    const { id } = body;
    if (id === undefined) return null;
    const fingerprint = fingerprintOf(command, { ...body });
    const refused = this.#refused.get(fingerprint);
    if (refused !== null) throw refused;
    const found = this.#taken.find(id, fingerprint);
    if (found === 'new') return null;
    if (found !== 'other-body') return found.known;
    const detail = `The id ${id} belongs to another command.`;
    throw new Refusal(problem('duplicateId', detail, { drive: this.#drive }));
  }

  /** What comes again while the first still waits for a reading has the outcome of the first. */
  once(command: string, body: Identified, consider: () => Promise<CommandRecord>): Promise<CommandRecord> {
    if (body.id === undefined) return consider();
    const fingerprint = fingerprintOf(command, { ...body });
    const underWay = this.#considered.get(fingerprint);
    if (underWay !== undefined) return underWay;
    const considered = consider().finally(() => this.#considered.delete(fingerprint));
    this.#considered.set(fingerprint, considered);
    return considered;
  }

  take(command: string, body: Identified, record: CommandRecord): void {
    // a body that names no id never comes again under the record's own
    if (body.id === undefined) this.#taken.add(record.id, '', record);
    else this.#taken.add(body.id, fingerprintOf(command, { ...body }), record);
  }

  /**
   * Refused is refused: when it comes again it moves nothing, although it could be done by then. Who still wants it asks
   * under another id, and who corrects it under the same.
   */
  refuse(command: string, body: Identified, refusal: Refusal): void {
    if (body.id === undefined) return;
    const fingerprint = fingerprintOf(command, { ...body });
    if (this.#refused.get(fingerprint) === null) this.#refused.add(fingerprint, fingerprint, refusal);
  }
}
