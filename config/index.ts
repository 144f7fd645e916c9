// The site file: what a site consists of, checked at the door and completed with defaults, so that every process gets
// the same answer and has nothing left to ask. It refuses to know how lines are opened, who serves what, and any motion.
export type { DriveConfig, GroupConfig, LineConfig, SerialPortName, Site, SiteProblem } from './site.ts';
export { loadSite, parseSite } from './load-site.ts';
export { formatProblems, SiteError } from './site-error.ts';
export type { Environment } from './environment.ts';
export { readYaml } from './yaml-source.ts';
export { issueProblems } from './schema-issues.ts';
export { atKey, atValue, type ProblemAt } from './problem-at.ts';
