// Everything that crosses a process, described once: commands, states, events, errors, topics. Types, validation and the
// published documents follow from these schemas. It refuses to know how any of it is served or done.
export * from './words.ts';
export * from './commands.ts';
export * from './state.ts';
export * from './lease.ts';
export * from './leadership.ts';
export * from './group.ts';
export * from './path.ts';
export * from './site.ts';
export { DriveEvent, type DriveEventType } from './events.ts';
export * from './stream.ts';
export * from './history.ts';
export * from './commissioning.ts';
export * from './program.ts';
export * from './run.ts';
export { Problem, problem, Refusal, type ProblemCode } from './problem.ts';
export { topicsOf, type Topics } from './topics.ts';
export { openApiDocument } from './documents/open-api.ts';
export { asyncApiDocument } from './documents/async-api.ts';
