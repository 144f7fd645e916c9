import { DriverError } from '../base/index.ts';
import type { Profile } from '../profile/index.ts';
import type { Scheme } from '../schemes/index.ts';
import type { DriveIdentity } from './drive.ts';
import { identityOf, identityProblem, identitySignals } from './identity.ts';
import type { RegisterPort } from './register-port.ts';
import { retried } from './retry.ts';
import type { StepRunner } from './step-runner.ts';

export interface AttachOptions {
  readonly watchdogMs: number | null;
  readonly quickStopDeceleration: number;
  readonly serialNumberPin?: string | undefined;
}

export interface Attacher {
  /** Who answers. Reads only, in the fast lane: on a saturated line the slow one may never have its turn. Rejects with WRONG_IDENTITY when it is not the drive that was meant. */
  identify(): Promise<DriveIdentity>;
  /** Writes and verifies what must hold before the first command. */
  configure(signal: AbortSignal): Promise<void>;
}

export function createAttacher(
  parts: {
    readonly port: RegisterPort;
    readonly runner: StepRunner;
    readonly profile: Profile;
    readonly scheme: Scheme;
    readonly unit: number;
  },
  wanted: AttachOptions,
): Attacher {
  const { port, runner, profile, scheme, unit } = parts;
  const signals = identitySignals(profile);
  const steps = scheme.configuration(profile, wanted);
  return {
    async identify() {
      const { values } = await retried(() => port.read(signals, 'fast'));
      const problem = identityProblem(profile, values, wanted.serialNumberPin);
      if (problem !== null) {
        throw new DriverError('WRONG_IDENTITY', `unit ${unit} is another drive: ${problem}`, { unit });
      }
      return identityOf(values, profile);
    },
    async configure(signal) {
      await runner.run(steps, { signal, stillWanted: () => true });
    },
  };
}
