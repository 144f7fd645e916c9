// One drive on one line: polls it, checks who answers, configures it, carries out the steps that its scheme plans,
// resolves lost answers by reading back, and stops it ahead of everything. Speaks counts. It refuses to know the units
// and limits of the axis, and who asks or why.
export { readManners, writeManners } from './request-manners.ts';
export { createDrive, type DriveOptions } from './create-drive.ts';
export { identityOf, identityProblem, identitySignals } from './identity.ts';
export { SharedUnit } from './shared-unit.ts';
export { createBroadcastStop, type BroadcastStop } from './broadcast-stop.ts';
export { createGroupTrigger } from './group-trigger.ts';
export type {
  Drive,
  DriveIdentity,
  DriveLink,
  DriveListener,
  DriveSample,
  Executed,
  Part,
  ExecuteOptions,
  ForeignSetting,
  StopProof,
  TriggerGroup,
} from './drive.ts';
export type { DriveIntent, DriveState } from '../schemes/index.ts';
