import { parseSite, SiteError, type Environment, type Site, type SiteProblem } from '../../config/index.ts';

/** A small right site; tests break one thing at a time. */
export const GOOD = `site: trial
lines:
  bench: { simulated: { baudRate: 115200 } }
drives:
  left:
    line: bench
    unit: 1
    profile: kpower-reference
    axis: { unit: mm, travelPerRevolution: 5, gearRatio: 10, range: [0, 400], maxVelocity: 50, maxAcceleration: 200 }
  right:
    line: bench
    unit: 2
    profile: kpower-reference
    axis: { unit: mm, travelPerRevolution: 5, gearRatio: 10, range: [0, 400], maxVelocity: 50, maxAcceleration: 200 }
groups:
  both: { drives: [left, right] }
`;

export function siteOf(text: string, environment: Environment = {}): Site {
  return parseSite(text, { file: '/etc/kmotion/trial.yaml', environment });
}

export function problemsOf(text: string, environment: Environment = {}): readonly SiteProblem[] {
  try {
    siteOf(text, environment);
  } catch (error) {
    if (error instanceof SiteError) return error.problems;
    throw error;
  }
  return [];
}

/** "line path: message" for each problem. */
export const linesOf = (text: string, environment: Environment = {}): readonly string[] =>
  problemsOf(text, environment).map(({ line, path, message }) => `${line} ${path}: ${message}`);
