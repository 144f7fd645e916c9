import { parseSite } from '../../../../config/index.ts';
import type { ReadProgram } from '../../../../services/orchestrator/programs/domain/compile.ts';
import { readDocument } from '../../../../services/orchestrator/programs/domain/read-program.ts';

const axis = '{ unit: mm, travelPerRevolution: 5, range: [0, 400], maxVelocity: 50, maxAcceleration: 200 }';

/** left and right in mm, 0 to 400, in group both; turntable in deg beside them. */
export const site = parseSite(
  `site: trial
lines: { bench: { simulated: true } }
drives:
  left: { line: bench, unit: 1, profile: kpower-reference, axis: ${axis} }
  right: { line: bench, unit: 2, profile: kpower-reference, axis: ${axis} }
  turntable: { line: bench, unit: 3, profile: kpower-reference, axis: ${axis.replace('mm', 'deg')} }
groups: { both: { drives: [left, right] } }
`,
  { file: '/etc/kmotion/trial.yaml', environment: {} },
);

/** Programs by name, as they are stored. */
export function libraryOf(texts: Readonly<Record<string, string>>): (id: string) => ReadProgram | null {
  return (id) => {
    const read = texts[id] === undefined ? null : readDocument(id, texts[id]);
    return read?.ok === true ? read.program : null;
  };
}
