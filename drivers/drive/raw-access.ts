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
      const problem = readProblem(profile, address, count);
      if (problem !== null) throw new DriverError('UNSUPPORTED', problem);
      const table = tableAt(profile, address);
      return line.read({ unit, table, address, count }, { lane: 'slow', ...readManners(profile) });
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

function readProblem({ registers, limits }: Profile, address: number, count: number): string | null {
  const { maxReadRegisters } = limits;
  if (count < 1 || count > maxReadRegisters) {
    return `${count} registers were asked for; 1 to ${maxReadRegisters} are possible`;
  }
  const blocks = signalEntries(registers).flatMap(([, { address: at, block }]) =>
    at === address && block !== undefined ? [block.words] : [],
  );
  if (blocks.length === 0 || blocks.includes(count)) return null;
  return `register ${address} can be read only as a block of ${blocks[0]}, not of ${count}`;
}

/** Where the profile names nothing, holding registers are the likelier. */
function tableAt(profile: Profile, address: number): 'holding' | 'input' {
  const named = entriesAt(profile, address).find(([, { access }]) => access !== 'write')?.[1];
  return named?.table === 'input' ? 'input' : 'holding';
}

function writeProblem(profile: Profile, address: number): string | null {
  const found = entriesAt(profile, address);
  if (found.length === 0) return `${profile.id} names no register ${address}`;
  return found.map((entry) => problemOf(entry, profile.scheme)).find((problem) => problem !== null) ?? null;
}

function entriesAt(profile: Profile, address: number): readonly (readonly [SignalName, Register])[] {
  return signalEntries(profile.registers).filter(([, register]) => liesAt(register, address));
}

const liesAt = ({ address: first, block, type }: Register, address: number): boolean =>
  address >= first && address < first + (block === undefined ? wordsOf(type) : 1);

function problemOf([signal, register]: readonly [SignalName, Register], scheme: Profile['scheme']): string | null {
  const { access, eeprom, block } = register;
  if (access === 'read') return `${signal} cannot be written`;
  if (eeprom) return `${signal} wears a memory cell with each write`;
  // past the fence and the motion epoch
  if (actsAtOnce(scheme, signal)) return `${signal} moves the axis; use the commands`;
  if (block !== undefined && block.words > 1) {
    return `${signal} is a part of a command of ${block.words} registers; use the commands`;
  }
  return null;
}
