import { DriveStateMessage } from '../contracts/index.ts';

/** How much a reading must change before it is news, in its own unit. */
export interface Deadband {
  readonly position: number;
  readonly velocity: number;
}

const NEWS = { torque: 5, temperature: 1, supplyVoltage: 0.5 } as const;

type Field = keyof DriveStateMessage;

/** What a state says beside its facts: of these not every change is news at once. */
const NO_FACTS: ReadonlySet<string> = new Set<Field>([
  'position',
  'velocity',
  'followingError',
  'torque',
  'temperature',
  'supplyVoltage',
  'sampledAt',
  'seq',
]);

const FACTS = (Object.keys(DriveStateMessage.shape) as Field[]).filter((field) => !NO_FACTS.has(field));

/** Whether a fact is another one: state, flags, target, command, fault, epoch. */
export function hasNewFacts(before: DriveStateMessage, now: DriveStateMessage): boolean {
  return FACTS.some((field) => isOther(field, before, now));
}

function isOther(field: Field, before: DriveStateMessage, now: DriveStateMessage): boolean {
  if (before[field] === now[field]) return false;
  // which one; how far it is, is a reading
  if (field === 'command') return before.command?.id !== now.command?.id;
  return !isSame(before[field], now[field]);
}

/** Of what JSON can say. Asked with every sample: texts to compare would cost more than the sample. */
function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (!isObject(one) || !isObject(other)) return false;
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => isSame(one[key], other[key]));
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** Whether the readings have left the deadband around what was published last. */
export function hasDrifted(before: DriveStateMessage, now: DriveStateMessage, deadband: Deadband): boolean {
  return (
    differs(before.position, now.position, deadband.position) ||
    differs(before.velocity, now.velocity, deadband.velocity) ||
    differs(before.followingError, now.followingError, deadband.position) ||
    differs(before.torque, now.torque, NEWS.torque) ||
    differs(before.temperature, now.temperature, NEWS.temperature) ||
    differs(before.supplyVoltage, now.supplyVoltage, NEWS.supplyVoltage)
  );
}

function differs(before: number | null, now: number | null, by: number): boolean {
  return before === null || now === null ? before !== now : Math.abs(before - now) > by;
}
