import { BOOLEAN, numberIn, PLAIN, type Expression } from '../../../../config/expressions/index.ts';
import { atValue, type Site } from '../../../../config/index.ts';
import type { ProgramStep } from '../../../contracts/index.ts';
import { valueIn, type Path, type ProgramScope, type Wanted, type Written } from './compile-values.ts';
import type { ActSpec, RampSpec, Which } from './instruction.ts';

type Drives = Pick<Site, 'drives' | 'groups'>;

export interface ActContext {
  readonly site: Drives;
  readonly scope: ProgramScope;
  readonly path: Path;
}

/** A day: longer than that is a mistake, and timers of the machine end there. */
const LONGEST_MS = 86_400_000;
const DURATION: Wanted = { kind: numberIn('ms'), least: 0, greatest: LONGEST_MS };

type Compile<Verb extends keyof ProgramStep> = (
  written: NonNullable<ProgramStep[Verb]>,
  context: ActContext,
) => ActSpec | null;

const compilers = {
  move: compileMove,
  'group-move': compileGroupMove,
  home: (written, context) => {
    const which = whichOf(written, context);
    return which === null ? null : { do: 'home', which };
  },
  stop: (written, context) => {
    const which = written === 'all' ? 'all' : whichOf(written, context);
    return which === null ? null : { do: 'stop', which };
  },
  wait: (written, context) => {
    const forMs = value(written, DURATION, context);
    return forMs === null ? null : { do: 'wait', forMs };
  },
  'wait-for': (written, context) => {
    const condition = value(written, { kind: BOOLEAN }, context);
    return condition === null ? null : { do: 'wait-for', condition };
  },
} satisfies { readonly [Verb in keyof ProgramStep]?: Compile<Verb> };
export type ActVerb = keyof typeof compilers;

export const isAct = (verb: string): verb is ActVerb => Object.hasOwn(compilers, verb);

/** The step as something that can be done; null when it has problems, which are then reported. */
export function compileAct(step: ProgramStep, verb: ActVerb, context: ActContext): ActSpec | null {
  if (verb === 'wait-for' && step.timeoutMs === undefined) {
    report({ ...context, path: context.path.slice(0, -1) }, 'wait-for has no end; expected timeoutMs beside it');
  }
  return (compilers[verb] as Compile<ActVerb>)(step[verb] as never, context);
}

function compileMove(move: NonNullable<ProgramStep['move']>, context: ActContext): ActSpec | null {
  const { drive: id, to, by } = move;
  const drive = context.site.drives.get(id);
  if (drive === undefined)
    return report({ ...context, path: [...context.path, 'drive'] }, unknownDrive(id, context.site));
  if ((to === undefined) === (by === undefined)) return report(context, 'expected one of "to" and "by"');
  const [least, greatest] = drive.axis.range;
  const ramp = compileRamp(
    move,
    { drive: id, maxVelocity: drive.axis.maxVelocity, maxAcceleration: drive.axis.maxAcceleration },
    context,
  );
  const wanted = { kind: numberIn(drive.axis.unit) };
  const target =
    to === undefined
      ? value(by ?? 0, wanted, inside(context, 'by'))
      : value(to, { ...wanted, least, greatest }, inside(context, 'to'));
  if (target === null || ramp === null) return null;
  return to === undefined
    ? { do: 'move-by', drive: id, by: target, ramp }
    : { do: 'move', drive: id, to: target, ramp };
}

interface RampLimits {
  readonly drive: string;
  readonly maxVelocity: number;
  readonly maxAcceleration: number;
}

function compileRamp(
  move: Readonly<Partial<Record<keyof RampSpec, number | string | undefined>>>,
  { drive, maxVelocity, maxAcceleration }: RampLimits,
  context: ActContext,
): RampSpec | null {
  const unit = context.site.drives.get(drive)?.axis.unit ?? '';
  const fields = [
    ['velocity', `${unit}/s`, maxVelocity],
    ['acceleration', `${unit}/s2`, maxAcceleration],
    ['deceleration', `${unit}/s2`, maxAcceleration],
  ] as const;
  const found = fields.flatMap(([name, kind, greatest]) => {
    const written = move[name];
    if (written === undefined) return [];
    return [[name, value(written, { kind: numberIn(kind), above: 0, greatest }, inside(context, name))] as const];
  });
  return allKnown(found);
}

function compileGroupMove(move: NonNullable<ProgramStep['group-move']>, context: ActContext): ActSpec | null {
  const group = context.site.groups.get(move.group);
  if (group === undefined) return report(inside(context, 'group'), unknownGroup(move.group, context.site));
  const to = allKnown(
    Object.entries(move.to).map(([drive, written]) => {
      const axis = group.drives.includes(drive) ? context.site.drives.get(drive)?.axis : undefined;
      const place = { ...context, path: [...context.path, 'to', drive] };
      if (axis === undefined) {
        return [
          drive,
          report(place, `"${drive}" is not in group ${group.id}; expected ${group.drives.join(', ')}`),
        ] as const;
      }
      const [least, greatest] = axis.range;
      return [drive, value(written, { kind: numberIn(axis.unit), least, greatest }, place)] as const;
    }),
  );
  const share: Wanted = { kind: numberIn(PLAIN), above: 0, greatest: 1 };
  const optional = (name: 'velocityScale' | 'durationMs', wanted: Wanted): readonly Entry[] => {
    const written = move[name];
    return written === undefined ? [] : [[name, value(written, wanted, inside(context, name))]];
  };
  const figures = allKnown([...optional('velocityScale', share), ...optional('durationMs', { ...DURATION, above: 0 })]);
  if (to === null || figures === null) return null;
  return { do: 'group-move', group: group.id, to, sync: move.sync ?? 'phase', ...figures };
}

function whichOf(
  { drive, group }: { drive?: string | undefined; group?: string | undefined },
  context: ActContext,
): Which | null {
  if ((drive === undefined) === (group === undefined)) return report(context, 'expected one of "drive" and "group"');
  if (drive !== undefined) {
    return context.site.drives.has(drive)
      ? { drive }
      : report(inside(context, 'drive'), unknownDrive(drive, context.site));
  }
  if (group === undefined) return null;
  return context.site.groups.has(group)
    ? { group }
    : report(inside(context, 'group'), unknownGroup(group, context.site));
}

const inside = (context: ActContext, key: string): ActContext => ({ ...context, path: [...context.path, key] });

const value = (written: Written, wanted: Wanted, { scope, path }: ActContext): Expression | null =>
  valueIn(scope, { path, written, wanted });

type Entry = readonly [name: string, value: Expression | null];

/** The entries as a record; null when one of them has problems. */
function allKnown(entries: readonly Entry[]): Record<string, Expression> | null {
  const known = entries.flatMap(([name, found]) => (found === null ? [] : [[name, found] as const]));
  return known.length < entries.length ? null : Object.fromEntries(known);
}

function report({ scope, path }: ActContext, message: string): null {
  scope.problems.push(atValue(path, message));
  return null;
}

const unknownDrive = (id: string, { drives }: Drives): string =>
  `unknown drive "${id}"; expected one of ${[...drives.keys()].join(', ')}`;
const unknownGroup = (id: string, { groups }: Drives): string =>
  `unknown group "${id}"; expected one of ${[...groups.keys()].join(', ') || '(this site has none)'}`;
