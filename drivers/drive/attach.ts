import { DriverError } from '../base/index.ts';
import { signalEntries, type Profile, type Signals } from '../profile/index.ts';
import type { Scheme, Step } from '../schemes/index.ts';
import type { DriveIdentity, ForeignSetting } from './drive.ts';
import { identityOf, identityProblem, identitySignals } from './identity.ts';
import type { RegisterPort } from './register-port.ts';
import { retried } from './retry.ts';
import { isSameRegister } from './same-register.ts';
import type { StepRunner } from './step-runner.ts';

export interface AttachOptions {
  readonly watchdogMs: number | null;
  readonly quickStopDeceleration: number;
  readonly serialNumberPin?: string | undefined;
}

export interface Attacher {
  /** Who answers. Reads only, in the fast lane: on a saturated line the slow one may never have its turn. Rejects with WRONG_IDENTITY when it is not the drive that was meant. */
  identify(): Promise<DriveIdentity>;
  /** Writes and verifies what must hold before the first command; gives what was found to be other. Rejects with NOT_VERIFIED. */
  configure(signal: AbortSignal): Promise<readonly ForeignSetting[]>;
  /** Whether it still holds what was written, as far as that can be read. */
  isConfigured(): Promise<boolean>;
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
  const written = writtenBy(steps);
  const { mustHold } = profile;
  const premises: readonly Step[] = Object.keys(mustHold).length === 0 ? [] : [{ do: 'verify', values: mustHold }];
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
      const permit = { signal, stillWanted: () => true };
      // a drive whose premises do not hold is not written to at all
      await runner.run(premises, permit);
      const found = await foreignSettings(written, { port, profile });
      await runner.run(steps, permit);
      return found;
    },
    isConfigured: async () => (await foreignSettings(written, { port, profile })).length === 0,
  };
}

function writtenBy(steps: readonly Step[]): Signals {
  return Object.assign({}, ...steps.map((step) => (step.do === 'write' ? step.values : {}))) as Signals;
}

/** What the drive holds of them, as far as it can be read, before anything is written. */
async function foreignSettings(
  wanted: Signals,
  { port, profile }: { readonly port: RegisterPort; readonly profile: Profile },
): Promise<readonly ForeignSetting[]> {
  const readable = signalEntries(wanted).filter(([signal]) => port.canRead(signal));
  if (readable.length === 0) return [];
  const { values } = await retried(() =>
    port.read(
      readable.map(([signal]) => signal),
      'write',
    ),
  );
  return readable.flatMap(([signal, value]) => {
    const held = values[signal];
    const isForeign = held !== undefined && !isSameRegister(profile, signal, [value, held]);
    return isForeign ? [{ signal, held, wanted: value }] : [];
  });
}
