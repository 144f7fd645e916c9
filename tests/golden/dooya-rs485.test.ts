import { expect, test } from 'vitest';
import { createVirtualClock } from '../../drivers/base/index.ts';
import { deniedWrite, planWrites, shippedProfile, type Signals } from '../../drivers/profile/index.ts';
import { encodeDooya } from '../../drivers/modbus/framing/index.ts';
import { createVirtualSite, openMemoryDoor } from '../../simulator/index.ts';
import { goldenFrames } from './golden-frames.ts';

const UNIT = 0x3412;
const CONTROL = 3;
const profile = shippedProfile('dooya-rs485');
const golden = (name: string) => goldenFrames.find((frame) => frame.drive.startsWith('dooya') && frame.name === name)!;

/** A curtain that hangs at 30 % of its rail; `until` brings it into the state that the manual's example has. */
async function answerOf(request: Uint8Array, before: readonly Uint8Array[] = []): Promise<Uint8Array> {
  const clock = createVirtualClock();
  const mechanics = { homeSwitch: null, limitSwitches: null, endStops: { low: -30, high: 70 } };
  const drives = [{ name: 'curtain', unit: UNIT, profile, mechanics }];
  const serial = { baudRate: 9600, parity: 'none', stopBits: 1 } as const;
  const site = createVirtualSite({ clock, lines: [{ name: 'rail', serial, paced: false, drives }] });
  let heard: number[] = [];
  const open = openMemoryDoor(site.lines.get('rail')!, clock);
  const port = await open({ bytes: (chunk) => void heard.push(...chunk), lost: () => undefined });
  for (const frame of [...before, request]) {
    heard = [];
    port.write(frame);
    await clock.advance(frame === request ? 100 : 30_000);
  }
  return Uint8Array.from(heard);
}

test.each([
  ['open', { open: 0 }],
  ['close', { close: 0 }],
] satisfies [string, Signals][])('%s leaves as the manual prints it', (name, values) => {
  const [frame, ...more] = planWrites(profile, values);

  expect(more).toEqual([]);
  expect(encodeDooya(UNIT, CONTROL, [frame!.address - 0x300, ...frame!.words])).toEqual(golden(name).request);
});

test('a percentage leaves as the manual prints it', () => {
  const [frame] = planWrites(profile, { targetPosition: 30 });

  expect(encodeDooya(UNIT, CONTROL, [frame!.address - 0x300, ...frame!.words])).toEqual(
    golden('percent refused').request,
  );
});

test('deleting the stroke is refused before it leaves', () => {
  const [frame] = planWrites(profile, { deleteStroke: 0 });

  expect(deniedWrite(profile, frame!.address, frame!.words)).toContain('deletes the stroke');
});

const fresh = ['open', 'close', 'percent refused', 'read position, stroke unset', 'read status', 'delete stroke'];
test.each(fresh)('the virtual curtain, switched on just now, answers "%s" as the manual prints it', async (name) => {
  expect(await answerOf(golden(name).request)).toEqual(golden(name).response);
});

test('the virtual curtain at 30 %% answers its position as the manual prints it', async () => {
  const toThirty = golden('percent refused').request;

  expect(await answerOf(golden('read position').request, [golden('close').request, toThirty])).toEqual(
    golden('read position').response,
  );
});

test('a command to the group is obeyed and not answered', async () => {
  expect(await answerOf(golden('group open (no reply)').request)).toEqual(new Uint8Array());
});
