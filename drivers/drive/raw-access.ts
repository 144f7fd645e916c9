import { DriverError } from '../base/index.ts';
import type { ModbusLine } from '../modbus/index.ts';
import {
  actsAtOnce,
  deniedWrite,
  signalEntries,
  wordsOf,
  type Profile,
  type Register,
  type SignalName,
} from '../profile/index.ts';
import type { Drive } from './drive.ts';
import { readManners, writeManners } from './request-manners.ts';

/** What engineers may do by address. */
export function createRawAccess(parts: {
  readonly line: ModbusLine;
  readonly unit: number;
  readonly profile: Profile;
  readonly mayWrite: () => boolean;
}): Pick<Drive, 'readRegisters' | 'writeRegister'> {
  const { line, unit, profile, mayWrite } = parts;
  return {
    async readRegisters(address, count) {
      const { maxReadRegisters } = profile.limits;
      if (count < 1 || count > maxReadRegisters) {
        throw new DriverError(
          'UNSUPPORTED',
          `${count} registers were asked for; 1 to ${maxReadRegisters} are possible`,
        );
      }
      return line.read({ unit, table: 'holding', address, count }, { lane: 'slow', ...readManners(profile) });
    },
    async writeRegister(address, value) {
      const problem = deniedWrite(profile, address, [value]) ?? writeProblem(profile, address);
      if (problem !== null) throw new DriverError('UNSUPPORTED', problem);
      if (!mayWrite()) throw new DriverError('WRONG_IDENTITY', 'it is not proved which drive answers at this address');
      await line.write(
        { unit, address, values: [value], functionCode: profile.singleWrites },
        { lane: 'write', executedIfLost: 'unknown', ...writeManners(profile) },
      );
    },
  };
}

function writeProblem(profile: Profile, address: number): string | null {
  const found = signalEntries(profile.registers).filter(([, register]) => liesAt(register, address));
  if (found.length === 0) return `${profile.id} names no register ${address}`;
  return found.map((entry) => problemOf(entry, profile.scheme)).find((problem) => problem !== null) ?? null;
}

const liesAt = ({ address: first, block, type }: Register, address: number): boolean =>
  address >= first && address < first + (block === undefined ? wordsOf(type) : 1);

function problemOf([signal, register]: readonly [SignalName, Register], scheme: Profile['scheme']): string | null {
  const { access, eeprom, block } = register;
  if (access === 'read') return `${signal} cannot be written`;
  if (eeprom) return `${signal} wears a memory cell with each write`;
  // past the fence and the motion epoch
  if (actsAtOnce(scheme, signal)) return `${signal} moves the axis; use the commands`;
  if (block !== undefined) return `${signal} is a part of a command of ${block.words} registers; use the commands`;
  return null;
}
