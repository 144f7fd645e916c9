import type { Clock } from '../../../drivers/base/index.ts';
import { isDriverError } from '../../../drivers/base/index.ts';
import type { OpenPort } from '../../../drivers/transport/index.ts';
import type { SerialSettings } from '../../contracts/index.ts';
import { createAsker } from '../scan/asker.ts';
import type { Pace } from '../scan/scan-plan.ts';
import { good, mend, note, type DoctorFinding } from './finding.ts';

export interface EchoOptions {
  readonly port: string;
  readonly open: (serial: SerialSettings) => OpenPort;
  readonly serial: SerialSettings;
  readonly pace: Pace;
  readonly clock: Clock;
}

/** The last address there is: hardly any drive has it, so nobody is disturbed. */
const NOBODY = 247;

/** One read that nobody answers shows whether the adapter sends back what it is given. */
export async function checkEcho({ port, open, serial, pace, clock }: EchoOptions): Promise<DoctorFinding> {
  try {
    const asker = await createAsker({ open: open(serial), serial, pace, clock });
    try {
      await asker.ask(NOBODY, { table: 'holding', address: 0, count: 1, turnaroundMs: 50 });
      if (!asker.hasEcho()) return good('echo', `${port} does not echo`);
    } finally {
      await asker.close();
    }
  } catch (error) {
    if (isDriverError(error)) return mend('port', error.message, `kmotion ports   # shows who has ${port}`);
    throw error;
  }
  const remedy = 'Nothing must be done; at the adapter, RE tied to DE switches it off.';
  return note('echo', `the adapter at ${port} echoes: the line takes its own frames off`, remedy);
}
