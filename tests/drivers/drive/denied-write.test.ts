import { expect, test } from 'vitest';
import { Counts, DriverError } from '../../../drivers/base/index.ts';
import { createGroupTrigger } from '../../../drivers/drive/index.ts';
import type { Profile } from '../../../drivers/profile/index.ts';
import { address, always, profile, startedBench } from './bench.ts';

const denying = (signal: Parameters<typeof address>[0], values?: number[]): Profile => ({
  ...profile,
  deny: [{ address: address(signal), why: 'it would hurt', ...(values === undefined ? {} : { values }) }],
});

const refusal = (promise: Promise<unknown>): Promise<unknown> =>
  promise.catch((error: unknown) => (error instanceof DriverError ? `${error.code} ${error.message}` : error));

test('a step of a plan that is on the deny list is not sent, and the drive has not moved', async () => {
  const { drive, machine, line, settle } = await startedBench({ profile: denying('profileVelocity') });
  const move = { kind: 'moveTo', target: Counts(500), velocity: 1000, acceleration: 1000, deceleration: 1000 } as const;

  expect(await settle(refusal(drive.execute(move, always)))).toMatch(/^UNSUPPORTED .* register 36: it would hurt/);
  expect([machine.motions, line.writes()]).toEqual([[], []]);
});

test('only the value that is named is forbidden', async () => {
  const { drive, machine, settle } = await startedBench({ profile: denying('homingMethod', [35]) });

  await settle(drive.writeRegister(address('homingMethod'), 21));

  expect(await settle(refusal(drive.writeRegister(address('homingMethod'), 35)))).toContain('it would hurt');
  expect(machine.get('homingMethod')).toBe(21);
});

test('raw access has no way round it', async () => {
  const { drive, line, settle } = await startedBench({ profile: denying('homeOffset') });

  expect(await settle(refusal(drive.writeRegister(address('homeOffset'), 1)))).toContain('it would hurt');
  expect(await settle(refusal(drive.writeRegister(address('homeOffset') + 1, 1)))).toBeUndefined();
  expect(line.writes()).toHaveLength(1);
});

test('a broadcast that is on the deny list leaves for nobody', async () => {
  const { clock, line, machine, drive, settle } = await startedBench();
  const setpoint = { target: Counts(4000), velocity: 1000, acceleration: 1000, deceleration: 1000 };
  await settle(drive.execute({ kind: 'arm', group: 4, ...setpoint }, always));
  line.frames.length = 0;
  const trigger = createGroupTrigger({ line, profile: denying('groupTrigger'), clock });

  expect(await settle(refusal(trigger(4, always)))).toContain('it would hurt');
  expect([machine.motions, line.writes()]).toEqual([[], []]);
});

test('a part of a command that is written as a whole is not for raw access', async () => {
  const { registers } = profile;
  const block = { words: 4, at: 0 };
  const blocks: Profile = {
    ...profile,
    registers: { ...registers, homeOffset: { ...registers.homeOffset!, address: 0x90, block } },
  };
  const { drive, line, settle } = await startedBench({ profile: blocks });

  expect(await settle(refusal(drive.writeRegister(0x90, 1)))).toContain('a command of 4 registers');
  // the words behind it lie in no register
  expect(await settle(refusal(drive.writeRegister(0x91, 1)))).toContain('names no register 145');
  expect(line.writes()).toEqual([]);
});
