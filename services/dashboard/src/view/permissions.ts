import type { DriveDescription, DriveStateMessage } from '../../../contracts/index.ts';
import type { Freshness } from './freshness.ts';

export type Action = 'enable' | 'disable' | 'home' | 'move' | 'halt' | 'stop' | 'release' | 'reset';

/** A button that may not be pressed says why. The server decides in the end; this only saves a refusal. */
export type Permission = { readonly allowed: true } | { readonly allowed: false; readonly because: string };

interface Known {
  readonly message: DriveStateMessage | null;
  readonly description: DriveDescription | null;
  readonly freshness: Freshness;
}

const yes: Permission = { allowed: true };
const no = (because: string): Permission => ({ allowed: false, because });
/** The first thing in the way, or nothing. */
const unless = (...obstacles: readonly (string | false)[]): Permission => {
  const because = obstacles.find((obstacle) => obstacle !== false);
  return because === undefined ? yes : no(because);
};

const isInMotion = (message: DriveStateMessage): boolean =>
  ['homing', 'discreteMotion', 'continuousMotion', 'synchronizedMotion'].includes(message.state);

export function permissionsOf({ message, description, freshness }: Known): Record<Action, Permission> {
  if (message === null || freshness.kind !== 'live') return everythingBut('stop', 'Its state is not known now');
  return { ...switching(message), ...motion(message, description), stop: yes };
}

function switching(
  message: DriveStateMessage,
): Pick<Record<Action, Permission>, 'enable' | 'disable' | 'release' | 'reset'> {
  const fault = message.state === 'errorStop' && 'There is a fault: reset it first';
  const latched = message.stopLatched && 'It is stopped and latched: release it first';
  return {
    enable: unless(fault, latched, message.enabled === true && 'It is enabled'),
    disable: unless(message.enabled !== true && 'It is not enabled', isInMotion(message) && 'It moves: halt it first'),
    release: unless(!message.stopLatched && 'It is not latched', message.moving === true && 'It still moves'),
    reset: resetting(message),
  };
}

function resetting(message: DriveStateMessage): Permission {
  return unless(
    message.state !== 'errorStop' && 'There is no fault',
    message.fault?.resettable === false && 'This fault cannot be reset: switch the drive off and on',
  );
}

function motion(
  message: DriveStateMessage,
  description: DriveDescription | null,
): Pick<Record<Action, Permission>, 'home' | 'move' | 'halt'> {
  const refused: string | false = description?.refused ?? false;
  const blocked = [refused, ...inTheWay(message)];
  const needsHoming = description?.axis.homingRequired === true && message.homed !== true;
  return {
    home: unless(...blocked, isInMotion(message) && 'It moves: halt it first'),
    move: unless(...blocked, needsHoming && 'Home it first'),
    halt: unless(!isInMotion(message) && 'It does not move'),
  };
}

/** What keeps an axis from any motion. */
function inTheWay(message: DriveStateMessage): readonly (string | false)[] {
  return [
    message.state === 'errorStop' && 'There is a fault: reset it first',
    message.stopLatched && 'It is stopped and latched: release it first',
    message.enabled !== true && 'Enable it first',
    message.state === 'homing' && 'It is homing',
  ];
}

function everythingBut(kept: Action, because: string): Record<Action, Permission> {
  const refused = no(because);
  return {
    enable: refused,
    disable: refused,
    home: refused,
    move: refused,
    halt: refused,
    stop: refused,
    release: refused,
    reset: refused,
    [kept]: yes,
  };
}
