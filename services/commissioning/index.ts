// Bringing drives into service: the serial ports of this machine and who has them, the search for drives on them, what
// hinders (doctor), and the changes of address and speed that a drive itself keeps. It reads, and writes only what it was
// told to after asking. It refuses to know running axes, REST and MQTT, and it never touches a port that somebody has.
export { runScan, type ScanOutcome } from './scan/scan.ts';
export { planScan } from './scan/scan-plan.ts';
export { likelySerials, parseSerial, serialName } from './scan/serial-choice.ts';
export { chosenUnits, likelyUnits, parseUnits } from './scan/unit-list.ts';
export type { Expected } from './scan/expectations.ts';
export { emptySite, mergeSite, type Contradicted } from './scan/merge-site.ts';
export { paceOf, planTasks, type TaskPlan } from './scan/plan-tasks.ts';
export { describePort, isPortOf, knownPort, knownPorts, stableName, type KnownPort } from './ports/describe-ports.ts';
export { examine } from './doctor/doctor.ts';
export type { DoctorFinding } from './doctor/finding.ts';
export { thisMachine, type Machine } from './doctor/machine.ts';
export { planChange, type Change } from './change/change-plan.ts';
export { changeDrive, type ChangeOutcome } from './change/change-drive.ts';
export { createPortDesk, type Address, type PortDesk, type Resident } from './change/port-desk.ts';
export { findAddress } from './change/find-address.ts';
