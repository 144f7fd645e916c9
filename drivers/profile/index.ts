// Drive profiles as data: one YAML file says everything that is particular to a drive model. This room reads and checks
// such files, converts between registers and canonical values, and finds the cheapest set of reads and writes for a list
// of signals. It refuses to know the wire, the order in which things are commanded, and what an axis is.
export { FaultText, Profile, Verb, type ChannelName } from './profile.ts';
export { Register, RegisterType } from './register.ts';
export { SignalName, type Signals } from './signal-name.ts';
export { loadProfile, parseProfile, shippedProfile, shippedProfileIds } from './load-profile.ts';
export { ProfileError } from './profile-error.ts';
export { isProfileText } from './profile-source.ts';
export { inferredFacts, type InferredFact } from './inferred-facts.ts';
export { profileFilesIn, shippedFiles, shippedFolder, type ProfileFile } from './profile-files.ts';
export { unitProblem } from './unit-problem.ts';
export { decodeValue, encodeValue, nearestValue, valueBelow, wordsOf } from './codec.ts';
export {
  type ChannelReadBlock,
  decodeBlock,
  planChannelReads,
  planReads,
  polledSignals,
  readMs,
  type ReadBlock,
  type WireCost,
} from './read-plan.ts';
export { OLDEST_READING_MS, pollCost, POLLS_A_WATCHDOG, wireCostOf, type PollCost } from './poll-cost.ts';
export { setpointMs } from './setpoint-cost.ts';
export { planWrites, type WriteBlock } from './write-plan.ts';
export { signalEntries } from './signal-entries.ts';
export { actsAtOnce, haltTakesRamp, missingSignals } from './required-signals.ts';
export { channelNames, channelProfile } from './channel.ts';
export { deniedWrite } from './denied-write.ts';
export { suggestion } from './closest-word.ts';
export { keysOf, schemaAt } from './schema-walk.ts';
