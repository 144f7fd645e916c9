// The conformance suite: one list of steps that shows whether a drive is what its profile says, the same for a simulated
// and a real one. It asks before anything moves, stops the drive at once when it is interrupted or a step fails, and ends
// in a report. It refuses to know axes, sites, where lines come from and who is asked.
export { runConformance } from './run-conformance.ts';
export type { ConformanceOptions, StepNews } from './options.ts';
export { ConformanceReport } from './report.ts';
export { reportText } from './report-text.ts';
