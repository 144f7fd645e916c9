import type { DriveState } from '../../drivers/drive/index.ts';
import type { AxisEvent, AxisKit } from './axis-parts.ts';
import { faultMeaning } from './motion-trouble.ts';
import { axisLimits } from './axis-view.ts';
import { violation } from './domain/limits.ts';

/** What is news in a reading, beside motion: faults, the drive's watchdog, warnings, limits entered and left. */
export function readingEvents(kit: AxisKit, before: DriveState | null, now: DriveState): readonly AxisEvent[] {
  return [...faultEvents(before, now), ...warningEvents(before, now), ...limitEvents(kit, before, now)];
}

function faultEvents(before: DriveState | null, now: DriveState): readonly AxisEvent[] {
  const { fault } = now;
  const known = before?.fault?.code ?? null;
  if (fault === null)
    return known === null ? [] : [{ type: 'fault-cleared', detail: 'The drive reports no fault any more.' }];
  if (fault.code === known) return [];
  const raised: AxisEvent = { type: 'fault-raised', detail: fault.text, cause: fault.category };
  // the drive's own watchdog shows as a fault of its communication
  return fault.category === 'communication'
    ? [{ type: 'watchdog-tripped', detail: `The drive missed its messages: ${fault.text}.` }, raised]
    : [...faultMeaning(now), raised];
}

function warningEvents(before: DriveState | null, now: DriveState): readonly AxisEvent[] {
  if ((before?.warning ?? false) === now.warning) return [];
  return now.warning
    ? [{ type: 'warning-raised', detail: 'The drive reports a warning.' }]
    : [{ type: 'warning-cleared', detail: 'The drive reports no warning any more.' }];
}

function limitEvents(kit: AxisKit, before: DriveState | null, now: DriveState): readonly AxisEvent[] {
  const then = before === null ? NO_LIMITS : limitsReached(kit, before);
  const reached = limitsReached(kit, now);
  return LIMITS.filter((cause) => reached[cause] !== then[cause]).map((cause) =>
    reached[cause]
      ? { type: 'limit-entered', detail: `The axis has reached the ${cause}.`, cause }
      : { type: 'limit-left', detail: `The axis has left the ${cause}.`, cause },
  );
}

const NO_LIMITS = { 'negative limit switch': false, 'positive limit switch': false, 'end of the range': false };
type Limit = keyof typeof NO_LIMITS;
const LIMITS = Object.keys(NO_LIMITS) as readonly Limit[];

/** Outside its range an axis is beyond its tolerance: at the very end it is not. */
function limitsReached(kit: AxisKit, state: DriveState): Readonly<Record<Limit, boolean>> {
  const { negative, positive } = axisLimits(kit, state);
  const position = state.position === null ? null : kit.scale.toAxisUnits(state.position);
  return {
    'negative limit switch': negative === true,
    'positive limit switch': positive === true,
    'end of the range': position !== null && violation(position, kit.limits.range) > kit.limits.tolerance,
  };
}
