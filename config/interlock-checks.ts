import { suggestion } from '../drivers/profile/index.ts';
import { BOOLEAN, compileExpression, type AxisUnitName, type Scope } from './expressions/index.ts';
import { ruleOf, type Interlock, type InterlockFile } from './interlocks/index.ts';
import { atValue, type ProblemAt } from './problem-at.ts';
import { toMapping, type Draft, type SiteDraft } from './site-draft.ts';
import type { Path } from './yaml-source.ts';

type Drives = ReadonlyMap<string, Draft>;

/** Every interlock names drives of this site, in their units, and says exactly one thing. */
export function checkInterlocks({ interlocks, drives }: SiteDraft): readonly ProblemAt[] {
  return interlocks.flatMap((draft, index) => {
    const path = ['interlocks', index];
    const named = [...namedIn(draft)].flatMap(([where, drive]) => unknownDrive([...path, ...where], drive, drives));
    return [...named, ...shapeProblems(path, draft), ...conditionProblems(path, draft, drives)];
  });
}

/** Once everything has been checked. */
export function resolveInterlocks(files: readonly InterlockFile[], drives: Drives): readonly Interlock[] {
  return files.map((file, index) => {
    const rule = ruleOf(file);
    const compiled = rule === null ? null : compileExpression(rule.must, scopeOf(drives), BOOLEAN);
    if (rule === null || compiled?.ok !== true) throw new Error(`interlock ${index} was not checked`);
    const words = file.because === undefined ? rule.words : `${rule.words} (${file.because})`;
    const zones = new Map(Object.entries(file.never ?? {}));
    return { id: `interlocks.${index}`, words, drives: compiled.expression.drives, must: compiled.expression, zones };
  });
}

function* namedIn(draft: Draft): Generator<readonly [Path, string]> {
  if (typeof draft['drive'] === 'string') yield [['drive'], draft['drive']];
  for (const drive of Object.keys(toMapping(draft['never']))) yield [['never', drive], drive];
  const list = Array.isArray(draft['oneAtATime']) ? (draft['oneAtATime'] as readonly unknown[]) : [];
  for (const [index, drive] of list.entries()) if (typeof drive === 'string') yield [['oneAtATime', index], drive];
}

function unknownDrive(path: Path, drive: string, drives: Drives): readonly ProblemAt[] {
  if (drives.has(drive)) return [];
  const known = [...drives.keys()];
  return [atValue(path, `unknown drive "${drive}"${suggestion(drive, known)}; expected one of ${known.join(', ')}`)];
}

function shapeProblems(path: Path, draft: Draft): readonly ProblemAt[] {
  const said = ['only', 'never', 'oneAtATime'].filter((key) => draft[key] !== undefined);
  if (said.length !== 1) return [atValue(path, 'expected exactly one of only (with drive), never and oneAtATime')];
  if ((said[0] === 'only') !== (draft['drive'] !== undefined)) {
    return [
      atValue(path, '"drive" and "only" belong together, as { drive: arm, may: move, only: "lift.position > 50" }'),
    ];
  }
  return [...repeated(path, draft), ...backwards(path, draft)];
}

function repeated(path: Path, { oneAtATime }: Draft): readonly ProblemAt[] {
  const list = Array.isArray(oneAtATime) ? (oneAtATime as readonly unknown[]) : [];
  return list.flatMap((drive, index) =>
    list.indexOf(drive) === index
      ? []
      : [
          atValue(
            [...path, 'oneAtATime', index],
            `"${String(drive)}" is in this list already; expected each drive once`,
          ),
        ],
  );
}

function backwards(path: Path, draft: Draft): readonly ProblemAt[] {
  return Object.entries(toMapping(draft['never'])).flatMap(([drive, zone]) => {
    const [low, high] = Array.isArray(zone) ? (zone as readonly unknown[]) : [];
    const isBackwards = typeof low === 'number' && typeof high === 'number' && low >= high;
    return isBackwards
      ? [atValue([...path, 'never', drive], `found [${low}, ${high}], expected the smaller first`)]
      : [];
  });
}

function conditionProblems(path: Path, { only }: Draft, drives: Drives): readonly ProblemAt[] {
  if (typeof only !== 'string') return [];
  const compiled = compileExpression(only, scopeOf(drives), BOOLEAN);
  if (compiled.ok) return [];
  return compiled.problems.map(({ at, message }) => atValue([...path, 'only'], `${message} (at character ${at})`));
}

const scopeOf = (drives: Drives): Scope => ({
  drives: new Map([...drives].map(([id, draft]) => [id, String(toMapping(draft['axis'])['unit']) as AxisUnitName])),
  names: new Map(),
});
