import type { CommandStatus, DriveEventType, Refusal } from '../contracts/index.ts';
import type { AxisKit, AxisListener } from './axis-parts.ts';
import type { CommandRecord } from './command-record.ts';

const TYPES = {
  accepted: 'command-accepted',
  queued: 'command-queued',
  active: 'command-active',
  unknown: 'command-unknown',
  done: 'command-done',
  aborted: 'command-aborted',
  failed: 'command-failed',
} as const satisfies Record<CommandStatus, DriveEventType>;

/** Each step in the life of a command is an event of its own. */
export function tellStatus(record: CommandRecord, listener: AxisListener): void {
  const { id, command, status, error } = record.resource();
  const why = error === null ? '' : `: ${error.detail}`;
  listener.event({ type: TYPES[status], detail: `${command} is ${status}${why}`, command: id, cause: error?.code });
}

/** For every refusal, also of what was no command at all. */
export function reportRefusal(
  { listener, config }: Pick<AxisKit, 'listener' | 'config'>,
  asked: { name: string; id: string | null },
  no: Refusal,
): void {
  const { code, detail } = no.problem;
  const { id, name } = asked;
  listener.event({ type: 'command-refused', detail, cause: code, command: id ?? undefined });
  listener.reported({ id, drive: config.id, command: name, status: 'refused', result: null, error: { code, detail } });
}
