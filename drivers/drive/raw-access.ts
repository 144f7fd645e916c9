import { DriverError } from '../base/index.ts';
import type { ModbusLine } from '../modbus/index.ts';
import { deniedWrite, signalEntries, wordsOf, type Profile, type SignalName } from '../profile/index.ts';
import type { Drive } from './drive.ts';

/** These act on motion the moment they are written, past the fence and the motion epoch. */
const ACTS_AT_ONCE: readonly SignalName[] = [
  'controlword',
  'modeOfOperation',
  'targetVelocity',
  'groupTrigger',
  'armGroup',
];

/** What engineers may do by address. */
export function createRawAccess(parts: {
  readonly line: ModbusLine;
  readonly unit: number;
  readonly profile: Profile;
  readonly mayWrite: () => boolean;
}): Pick<Drive, 'readRegisters' | 'writeRegister'> {
  const { line, unit, profile, mayWrite } = parts;
  const { turnaroundMs } = profile.timing;
  return {
    async readRegisters(address, count) {
      const { maxReadRegisters } = profile.limits;
      if (count < 1 || count > maxReadRegisters) {
        throw new DriverError(
          'UNSUPPORTED',
          `${count} registers were asked for; 1 to ${maxReadRegisters} are possible`,
        );
      }
      return line.read({ unit, table: 'holding', address, count }, { lane: 'slow', turnaroundMs });
    },
    async writeRegister(address, value) {
      const problem = deniedWrite(profile, address, [value]) ?? writeProblem(profile, address);
      if (problem !== null) throw new DriverError('UNSUPPORTED', problem);
      if (!mayWrite()) throw new DriverError('WRONG_IDENTITY', 'it is not proved which drive answers at this address');
      await line.write({ unit, address, values: [value] }, { lane: 'write', turnaroundMs, executedIfLost: 'unknown' });
    },
  };
}

function writeProblem(profile: Profile, address: number): string | null {
  const found = signalEntries(profile.registers).find(
    ([, register]) => address >= register.address && address < register.address + wordsOf(register.type),
  );
  if (found === undefined) return `${profile.id} names no register ${address}`;
  const [signal, { access, eeprom }] = found;
  if (access === 'read') return `${signal} cannot be written`;
  if (eeprom) return `${signal} wears a memory cell with each write`;
  if (ACTS_AT_ONCE.includes(signal)) return `${signal} moves the axis; use the commands`;
  return null;
}
