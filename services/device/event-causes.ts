import type { DriveEventType } from '../contracts/index.ts';
import type { AxisMemory } from './axis-memory.ts';
import type { AxisEvent, AxisListener } from './axis-parts.ts';

/** What goes on beside the motion: no change of state follows from it, and no command led to it. */
const ASIDE: ReadonlySet<DriveEventType> = new Set<DriveEventType>([
  'command-accepted',
  'command-refused',
  'retained-command-refused',
  'override-set',
  'lease-granted',
  'lease-renewed',
  'lease-returned',
  'lease-expired',
  'lease-broken',
  'maintenance-locked',
  'maintenance-unlocked',
  'warning-raised',
  'warning-cleared',
]);

/** A stop has its own cause, and ends whatever runs. */
const OF_NO_COMMAND: ReadonlySet<DriveEventType> = new Set<DriveEventType>([
  'stop-requested',
  'stop-confirmed',
  'stop-unconfirmed',
  'link-up',
]);

/**
 * Names with every event the command that led to it, and tells every edge of the state machine with the event before it,
 * from which it follows.
 */
export function withCauses(to: AxisListener, memory: AxisMemory, stateNow: () => string): AxisListener {
  let before = 'unknown';
  let last: AxisEvent | null = null;
  return {
    event(event) {
      const isAside = ASIDE.has(event.type);
      const running = isAside || OF_NO_COMMAND.has(event.type) ? undefined : memory.active?.record.id;
      const told = { ...event, command: event.command ?? running };
      if (!isAside) last = told;
      to.event(told);
    },
    reported: (report) => to.reported(report),
    changed() {
      memory.sequence++;
      const now = stateNow();
      if (now !== before) {
        const detail = `${before} to ${now}`;
        before = now;
        to.event({ type: 'state-changed', detail, cause: last?.type, command: last?.command });
      }
      to.changed();
    },
  };
}
