import { afterEach, expect, test } from 'vitest';
import { parseSite } from '../../../config/index.ts';
import { createVirtualClock, seededRandom } from '../../../drivers/base/index.ts';
import { simulatedLines } from '../../../services/cli/simulated-lines.ts';
import type { DriveCommand, DriveCommandName } from '../../../services/contracts/index.ts';
import { createLineHost } from '../../../services/device/index.ts';
import { createMemoryBus } from '../../../services/platform/bus/index.ts';
import { createLogger } from '../../../services/platform/process/index.ts';
import { createVirtualSite, openMemoryDoor } from '../../../simulator/index.ts';

// A robot's base: two wheels on one ZLTECH unit, the right one mounted as a mirror image.

const text = `site: robot
lines:
  base: { simulated: { baudRate: 115200, paced: true } }
drives:
  left:
    line: base
    unit: 1
    channel: left
    profile: zltech-zlac8015d
    axis: { unit: mm, travelPerRevolution: 500, range: [-9000, 9000], maxVelocity: 800, maxAcceleration: 8000, homingRequired: false }
  right:
    line: base
    unit: 1
    channel: right
    profile: zltech-zlac8015d
    axis: { unit: mm, travelPerRevolution: 500, direction: inverted, range: [-9000, 9000], maxVelocity: 800, maxAcceleration: 8000, homingRequired: false }
`;

// by the maker's manual
const CONTROL_WORD = 0x200e;
const WORDS: Readonly<Record<number, string>> = { 5: 'emergency stop', 7: 'stop', 8: 'enable', 0x11: 'start' };

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function startBase() {
  const site = parseSite(text, { file: '/etc/kmotion/robot.yaml', environment: {} });
  const clock = createVirtualClock();
  const simulator = createVirtualSite({ lines: simulatedLines(site), clock });
  const wire = simulator.lines.get('base')!;
  const host = createLineHost({
    site: { id: site.id, mqttRoot: 'kmotion' },
    line: site.lines.get('base')!,
    drives: [...site.drives.values()],
    openPort: openMemoryDoor(wire, clock),
    bus: createMemoryBus().bus('device'),
    clock,
    random: seededRandom(1),
    logger: createLogger({ name: 'test', level: 'fatal' }),
  });
  host.announce('http://127.0.0.1:1/');
  async function until<T>(promise: Promise<T>): Promise<T> {
    const state = { isPending: true };
    const settled = promise.finally(() => (state.isPending = false));
    settled.catch(() => undefined);
    for (let passedMs = 0; state.isPending && passedMs < 60_000; passedMs += 5) await clock.advance(5);
    return settled;
  }
  closers.push(async () => {
    await until(host.close());
    simulator.close();
  });
  await clock.advance(2000);
  const axis = (drive: string) => host.axes.get(drive)!;
  const submit = async <Name extends DriveCommandName>(drive: string, name: Name, body: DriveCommand<Name>) =>
    (await axis(drive).submit(name, body)).ended;
  return {
    clock,
    host,
    wire,
    until,
    submit,
    axis,
    run: async <Name extends DriveCommandName>(drive: string, name: Name, body: DriveCommand<Name>) =>
      until(submit(drive, name, body)),
    /** Turns of the wheels, as the drive counts them. */
    turns: () =>
      ['left', 'right'].map((drive) => Math.round(simulator.drives.get(drive)!.plant().position / 409.6) / 10),
    /** From the first motion of the left wheel on: the control words, and when it comes to rest. */
    leftsStory: () => {
      simulator.settle();
      const told = simulator.ledger.entries().flatMap((entry) => {
        if (entry.kind === 'stop' && entry.drive === 'left') return ['at rest'];
        if (entry.kind !== 'frame' || entry.address !== CONTROL_WORD || entry.values === null) return [];
        return [WORDS[entry.values[0]!] ?? `word ${entry.values[0]}`];
      });
      return told.slice(told.indexOf('start'));
    },
    frames: () => (simulator.settle(), simulator.ledger.entries().filter(({ kind }) => kind === 'frame')),
  };
}

test('each drive says in its description which axis of the unit it is', async () => {
  const { host } = await startBase();
  expect(host.reasonsNotReady()).toEqual([]);
  const described = ['left', 'right'].map((drive) => host.faces.get(drive)!.description()!);
  expect(described.map(({ unit, channel }) => [unit, channel])).toEqual([
    [1, 'left'],
    [1, 'right'],
  ]);
  expect(described[0]!.capabilities).toContain('move-absolute');
  expect(described[0]!.capabilities).not.toContain('home');
});

test('both go forward by the same command, the mirrored wheel the other way round, and both are done', async () => {
  const { run, until, submit, turns, axis } = await startBase();
  expect((await run('left', 'enable', {})).status).toBe('done');
  expect(axis('right').state()).toMatchObject({ state: 'standstill', enabled: true });

  const [left, right] = await until(
    Promise.all(['left', 'right'].map(async (drive) => submit(drive, 'move-absolute', { position: 2000 }))),
  );

  expect([left!.status, right!.status]).toEqual(['done', 'done']);
  expect(turns()).toEqual([4, -4]);
  expect([axis('left').state().position, axis('right').state().position]).toEqual([
    expect.closeTo(2000, 0),
    expect.closeTo(2000, 0),
  ]);
});

test('a stop of one wheel ends the move of the other, which says why, and neither claims to go on', async () => {
  const { run, until, submit, axis, clock } = await startBase();
  await run('left', 'enable', {});
  const moves = ['left', 'right'].map(async (drive) => submit(drive, 'move-absolute', { position: 8000 }));
  await clock.advance(1500);

  const stopped = await until(axis('left').stop('a person'));
  const [left, right] = await until(Promise.all(moves));

  expect(stopped.confirmed).toBe(true);
  expect(left!.status).toBe('aborted');
  expect(right).toMatchObject({ status: 'failed', error: { code: 'unexpectedStop' } });
  await clock.advance(1000);
  for (const drive of ['left', 'right'])
    expect(axis(drive).state()).toMatchObject({ state: 'stopping', moving: false, velocity: 0 });
  // a command that failed on the way is contained by a stop of its own
  expect([axis('left').state().stopLatched, axis('right').state().stopLatched]).toEqual([true, true]);
  for (const drive of ['left', 'right']) await run(drive, 'release', {});
  for (const drive of ['left', 'right'])
    expect(axis(drive).state()).toMatchObject({ state: 'standstill', fault: null });
});

test('a release of one gives both back, and both move again', async () => {
  const { run, until, axis } = await startBase();
  await run('left', 'enable', {});
  await until(axis('left').stop('a person'));
  expect((await run('left', 'release', {})).status).toBe('done');
  expect(axis('right').state().state).toBe('standstill');
  expect((await run('right', 'move-absolute', { position: 500 })).status).toBe('done');
});

test('one poll serves both: at rest the status is read as often as one drive asks for it', async () => {
  const { clock, frames } = await startBase();
  const before = frames().length;
  await clock.advance(10_000);
  const status = frames()
    .slice(before)
    .filter((entry) => entry.kind === 'frame' && entry.address === 0x20a2);
  // five polls a second
  expect(status.length).toBeGreaterThan(45);
  expect(status.length).toBeLessThan(62);
});

test('a release of one waits for the other to have come to rest: nothing takes its stop away, and both move after it', async () => {
  const { run, until, submit, axis, clock, leftsStory } = await startBase();
  await run('left', 'enable', {});
  const move = submit('left', 'move-absolute', { position: 8000 });
  await clock.advance(1500);
  const stop = axis('left').stop('a person');
  await clock.advance(30);
  expect(axis('left').state().moving).toBe(true);

  const released = await run('right', 'release', {});
  await until(Promise.all([stop, move]));

  expect(released.status).toBe('done');
  expect(leftsStory()).toEqual(['start', 'emergency stop', 'at rest', 'stop', 'enable']);
  expect((await run('right', 'move-absolute', { position: 500 })).status).toBe('done');
});
