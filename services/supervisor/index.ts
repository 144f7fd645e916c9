// Runs a whole site on one machine: starts each part as a process of its own, restarts what dies, stops everything in
// order, and tells it to the terminal. It refuses to know how any part works inside: it never imports one.
export { superviseSite } from './supervise-site.ts';
export { processLauncher } from './launch.ts';
export { peopleReport } from './people-report.ts';
export { machineReport } from './machine-report.ts';
export { readReadyz } from './watch-readiness.ts';
