import { isDriverError } from '../../base/index.ts';
import { readManners } from '../../drive/index.ts';
import {
  decodeBlock,
  planReads,
  signalEntries,
  wireCostOf,
  wordsOf,
  type ReadBlock,
  type Register,
  type SignalName,
} from '../../profile/index.ts';
import { failed, passed, type RegisterReading } from '../report.ts';
import type { Rig } from '../rig.ts';
import type { Step } from './step.ts';

/** A silence is followed by more of them: the unit is asked slowly until it answers again. */
const COME_BACK_MS = 8000;

export const readRegisters: Step = {
  id: 'read-registers',
  title: 'Every register that can be read',
  async run(rig) {
    const readable = signalEntries(rig.options.profile.registers).filter(
      ([, { access, type }]) => access !== 'write' && wordsOf(type) > 0,
    );
    const readings: RegisterReading[] = [];
    for (const [signal, register] of readable) readings.push(await reading(rig, signal, register));
    rig.findings.registers = readings;
    const silent = readings.filter(({ problem }) => problem !== null);
    const measured = { registers: readings.length, answered: readings.length - silent.length };
    if (silent.length === 0) return passed('each one answered by itself', measured);
    return failed(
      `no value of ${silent.map(({ signal, problem }) => `${signal} (${problem ?? ''})`).join(', ')}`,
      measured,
    );
  },
};

async function reading(rig: Rig, signal: SignalName, register: Register): Promise<RegisterReading> {
  const { profile } = rig.options;
  const { address, table, type } = register;
  const told = { signal, address, table, type };
  const [block] = planReads(profile, [signal], wireCostOf(profile));
  if (block === undefined) return { ...told, words: null, value: null, problem: 'no read brings it' };
  try {
    await rig.until('the drive back on the line', () => true, COME_BACK_MS);
    const words = await read(rig, block);
    const start = register.block?.at ?? 0;
    const own = words.slice(start, start + wordsOf(type));
    return { ...told, words: [...own], value: finite(decodeBlock(block, words)[signal]), problem: null };
  } catch (error) {
    if (!isDriverError(error)) throw error;
    return { ...told, words: null, value: null, problem: error.message };
  }
}

/** A ramp time of 0 is an acceleration without bounds, which no JSON can say. */
const finite = (value: number | undefined): number | null => (Number.isFinite(value) ? (value ?? null) : null);

async function read(rig: Rig, { table, address, count }: ReadBlock): Promise<readonly number[]> {
  const { profile, unit } = rig.options;
  const from = (one: 'holding' | 'input'): Promise<readonly number[]> =>
    rig.line().read({ unit, table: one, address, count }, { lane: 'slow', ...readManners(profile) });
  if (table !== 'either') return from(table);
  try {
    return await from('holding');
  } catch (error) {
    if (!isDriverError(error, 'EXCEPTION')) throw error;
    return from('input');
  }
}
