import { isDriverError, type Clock } from '../../../drivers/base/index.ts';
import { writeManners } from '../../../drivers/drive/index.ts';
import { createLine } from '../../../drivers/modbus/index.ts';
import type { Profile, WriteBlock } from '../../../drivers/profile/index.ts';
import type { OpenPort } from '../../../drivers/transport/index.ts';
import type { SerialSettings } from '../../contracts/index.ts';
import { createAsker } from '../scan/asker.ts';
import { isDoubtful, isSomebody } from '../scan/heard.ts';
import { matchProfile, type Match } from '../scan/match-profile.ts';
import { everyProbe, profilesAt } from '../scan/probe.ts';
import type { Pace } from '../scan/scan-plan.ts';

export interface DeskOptions {
  readonly open: (serial: SerialSettings) => OpenPort;
  readonly pace: Pace;
  readonly clock: Clock;
  readonly profiles: readonly Profile[];
}

export interface Address {
  readonly serial: SerialSettings;
  readonly unit: number;
}

/** Who is at an address. `shared`: answers that lie on one another. */
export type Resident =
  { readonly kind: 'nobody' } | { readonly kind: 'shared' } | { readonly kind: 'drive'; readonly match: Match };

/** One port on which a person changes a drive: look who is there, write one frame. The port is opened for each. */
export interface PortDesk {
  look(address: Address): Promise<Resident>;
  /** False when no good answer came, which may mean that the drive answers elsewhere by now. @throws DriverError on a refusal */
  write(address: Address, block: WriteBlock, profile: Profile): Promise<boolean>;
}

const DOUBTS_TO_BELIEVE = 2;

export function createPortDesk({ open, pace, clock, profiles }: DeskOptions): PortDesk {
  async function look({ serial, unit }: Address): Promise<Resident> {
    const asker = await createAsker({ open: open(serial), serial, pace, clock });
    try {
      let doubts = 0;
      for (const probe of everyProbe(profilesAt(profiles, { serial, unit }))) {
        const heard = await asker.askAndListen(unit, probe);
        if (heard.kind === 'two-answers') return { kind: 'shared' };
        if (isDoubtful(heard)) doubts++;
        if (!isSomebody(heard)) continue;
        const match = await matchProfile(asker, unit, profiles);
        const isShared = match.heard.filter(isDoubtful).length >= DOUBTS_TO_BELIEVE;
        return isShared ? { kind: 'shared' } : { kind: 'drive', match };
      }
      // garbled whatever is asked is somebody too, and no single one
      return doubts > 0 ? { kind: 'shared' } : { kind: 'nobody' };
    } finally {
      await asker.close();
    }
  }

  async function write({ serial, unit }: Address, block: WriteBlock, profile: Profile): Promise<boolean> {
    const line = createLine({ name: 'commissioning', open: open(serial), framing: 'rtu', serial, ...pace, clock });
    try {
      await new Promise<void>((resolve) => {
        if (line.state() === 'online') return resolve();
        line.onState(() => resolve());
      });
      const { address, words, functionCode } = block;
      await line.write({ unit, address, values: words, functionCode }, { lane: 'write', ...writeManners(profile) });
      await clock.sleep(profile.timing.quietAfterWriteMs);
      return true;
    } catch (error) {
      if (isDriverError(error, 'TIMEOUT', 'BAD_FRAME')) return false;
      throw error;
    } finally {
      await line.close();
    }
  }
  return { look, write };
}
