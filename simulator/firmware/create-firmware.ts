import type { Profile } from '../../drivers/profile/index.ts';
import type { Personality } from './behaviour.ts';
import { createCia402Firmware } from './cia402/index.ts';
import { commandBlock } from './command-block/index.ts';
import { cover } from './cover/index.ts';
import { directData } from './direct-data/index.ts';
import type { Firmware, FirmwareParts } from './firmware.ts';
import { goalPosition } from './goal-position/index.ts';
import { openLoopSpeed } from './open-loop-speed/index.ts';
import { positionTable } from './position-table/index.ts';
import { createRegisterMachine } from './register-machine.ts';
import { twinAxis } from './twin-axis/index.ts';

const personalities: Readonly<Record<Exclude<Profile['scheme'], 'cia402'>, Personality>> = {
  'command-block': commandBlock,
  'twin-axis': twinAxis,
  'position-table': positionTable,
  'direct-data': directData,
  'goal-position': goalPosition,
  'open-loop-speed': openLoopSpeed,
  cover,
};

/** The firmware of the drive that the profile describes. */
export function createFirmware(parts: FirmwareParts): Firmware {
  const { scheme } = parts.profile;
  return scheme === 'cia402' ? createCia402Firmware(parts) : createRegisterMachine(parts, personalities[scheme]);
}
