import { expect, test } from 'vitest';
import { parseSite } from '../../config/index.ts';
import { createVirtualClock, seededRandom, type VirtualClock } from '../../drivers/base/index.ts';
import { simulatedLines } from '../../services/cli/simulated-lines.ts';
import { createLineHost, type LineHost } from '../../services/device/index.ts';
import { createMemoryBus } from '../../services/platform/bus/index.ts';
import { createLogger } from '../../services/platform/process/index.ts';
import { createVirtualSite, openMemoryDoor, type VirtualSite } from '../../simulator/index.ts';

// Two adapters without serial numbers of their own trade their places when the machine starts: each device process then
// holds the other's cable. The drives' own serial numbers, pinned in the site file, are what tells.

const SERIALS = { arm: 1111, press: 2222 } as const;
type Name = keyof typeof SERIALS;

const drive = (name: Name): string => `
  ${name}:
    line: ${name}
    unit: 1
    profile: kpower-reference
    serialNumber: '${SERIALS[name]}'
    axis: { unit: mm, travelPerRevolution: 5, range: [0, 400], maxVelocity: 50, maxAcceleration: 200, homingRequired: false }`;

const site = parseSite(
  `site: swapped
lines: { arm: { simulated: true }, press: { simulated: true } }
drives:${drive('arm')}${drive('press')}
`,
  { file: '/swapped/site.yaml', environment: {} },
);

interface Workshop {
  readonly clock: VirtualClock;
  readonly simulator: VirtualSite;
  /** The device process of line `name`, on the cable that leads to the drive of line `cable`. */
  readonly start: (name: Name, cable: Name) => LineHost;
}

function workshop(): Workshop {
  const clock = createVirtualClock();
  const lines = simulatedLines(site).map((line) => ({
    ...line,
    drives: line.drives.map((options) => ({ ...options, serialNumber: SERIALS[options.name as Name] })),
  }));
  const simulator = createVirtualSite({ lines, clock });
  const broker = createMemoryBus();
  return {
    clock,
    simulator,
    start: (name, cable) =>
      createLineHost({
        site: { id: site.id, mqttRoot: 'kmotion' },
        line: site.lines.get(name)!,
        drives: [site.drives.get(name)!],
        openPort: openMemoryDoor(simulator.lines.get(cable)!, clock),
        bus: broker.bus(name),
        clock,
        random: seededRandom(1),
        logger: createLogger({ name: 'test', level: 'fatal' }),
      }),
  };
}

test('with two adapters swapped both drives are refused, both say why, and neither is written a single register', async () => {
  const { clock, simulator, start } = workshop();
  const hosts = { arm: start('arm', 'press'), press: start('press', 'arm') };

  await clock.advance(20_000);

  for (const name of ['arm', 'press'] as const) {
    expect(hosts[name].reasonsNotReady().join()).toMatch(/refused: .*serial number is (1111|2222), the site names/);
    expect(hosts[name].axes.get(name)!.view.refused()).toContain('another drive');
  }
  simulator.settle();
  expect(simulator.ledger.entries().filter((entry) => entry.kind !== 'frame' || entry.values !== null)).toEqual([]);
});

test('back on their own adapters both drives come up', async () => {
  const { clock, start } = workshop();
  const hosts = [start('arm', 'arm'), start('press', 'press')];

  await clock.advance(2000);

  expect(hosts.flatMap((host) => host.reasonsNotReady())).toEqual([]);
});

test('a command to a drive that is another one than the site names is refused, and stop writes nothing to it', async () => {
  const { clock, simulator, start } = workshop();
  const host = start('arm', 'press');
  await clock.advance(5000);
  const axis = host.axes.get('arm')!;

  await expect(axis.submit('enable', {})).rejects.toThrow(/another drive/);
  const stopped = axis.stop('test');
  await clock.advance(20_000);

  expect(await stopped).toEqual({ confirmed: false });
  simulator.settle();
  expect(simulator.ledger.entries().filter((entry) => entry.kind !== 'frame' || entry.values !== null)).toEqual([]);
});
