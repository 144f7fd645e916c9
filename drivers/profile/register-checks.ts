import { valueProblem, wordsOf } from './codec.ts';
import { hex, type Contradiction } from './contradiction.ts';
import type { Profile } from './profile.ts';
import type { Register } from './register.ts';
import { signalEntries } from './signal-entries.ts';

type Registers = Profile['registers'];

/** What the registers tell against one another, whatever else stands in the profile. */
export function registerContradictions(registers: Registers): readonly Contradiction[] {
  return registerChecks.flatMap((check) => check(registers));
}

const registerChecks: readonly ((registers: Registers) => readonly Contradiction[])[] = [
  registersOverlap,
  registersReachTooFar,
  blocksHoldTheirValues,
  inputsAreReadOnly,
  rangesFit,
];

const firstWord = (register: Register): number => register.address + (register.block?.at ?? 0);
const lastWord = (register: Register): number => firstWord(register) + wordsOf(register.type) - 1;

/** Places share one space, and each command block has one of its own: its address is a command and no place. */
function isSameSpace(one: Register, other: Register): boolean {
  if (one.block !== undefined || other.block !== undefined) {
    return one.address === other.address && one.block?.words === other.block?.words && one.table === other.table;
  }
  return one.table === other.table || one.table === 'either' || other.table === 'either';
}

const areTwoBytes = (one: Register, other: Register): boolean =>
  one.type.startsWith('u8') && other.type.startsWith('u8') && one.type !== other.type;

/** A register that cannot be read holds no value: each command that is written to it may have a name of its own. */
const areTwoCommands = (one: Register, other: Register): boolean =>
  one.access === 'write' && other.access === 'write' && one.address === other.address && one.type === other.type;

function registersOverlap(registers: Registers): readonly Contradiction[] {
  const sorted = signalEntries(registers).toSorted(([, a], [, b]) => firstWord(a) - firstWord(b));
  return sorted.flatMap(([signal, register], index) =>
    sorted
      .slice(0, index)
      .filter(([, other]) => isSameSpace(other, register) && lastWord(other) >= firstWord(register))
      .filter(([, other]) => !areTwoBytes(other, register) && !areTwoCommands(other, register))
      .map(([name, other]) => ({
        path: ['registers', signal, 'address'],
        expected: `a register of its own: ${hex(register.address)} belongs to ${name} (${hex(other.address)} to ${hex(lastWord(other))})`,
      })),
  );
}

function registersReachTooFar(registers: Registers): readonly Contradiction[] {
  return signalEntries(registers)
    .filter(([, { address, type, block }]) => address + (block?.words ?? wordsOf(type)) > 0x1_0000)
    .map(([signal]) => ({ path: ['registers', signal, 'address'], expected: 'both words at or below 0xFFFF' }));
}

function blocksHoldTheirValues(registers: Registers): readonly Contradiction[] {
  return signalEntries(registers)
    .filter(([, { block, type }]) => block !== undefined && block.at + wordsOf(type) > block.words)
    .map(([signal]) => ({
      path: ['registers', signal, 'block', 'at'],
      expected: 'a value that ends inside the block',
    }));
}

function inputsAreReadOnly(registers: Registers): readonly Contradiction[] {
  return signalEntries(registers)
    .filter(([, register]) => register.table === 'input' && register.access !== 'read')
    .map(([signal]) => ({
      path: ['registers', signal, 'access'],
      expected: 'read: input registers cannot be written',
    }));
}

function rangesFit(registers: Registers): readonly Contradiction[] {
  return signalEntries(registers).flatMap(([signal, register]) => {
    if (register.range === undefined) return [];
    const path = ['registers', signal, 'range'];
    const [least, greatest] = register.range;
    if (least > greatest) return [{ path, expected: `the smaller value first: [${greatest}, ${least}]` }];
    const problem = valueProblem(least, register) ?? valueProblem(greatest, register);
    return problem === null ? [] : [{ path, expected: `values that the register can hold: ${problem}` }];
  });
}
