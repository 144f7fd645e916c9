import { expect, test } from 'vitest';
import { parseSite } from '../../../config/index.ts';
import { createVirtualClock, seededRandom } from '../../../drivers/base/index.ts';
import { sealWithCrc } from '../../../drivers/modbus/framing/index.ts';
import type { Profile } from '../../../drivers/profile/index.ts';
import { memoryPortPair } from '../../../drivers/transport/index.ts';
import { createLineHost } from '../../../services/device/index.ts';
import { createMemoryBus } from '../../../services/platform/bus/index.ts';
import { createLogger } from '../../../services/platform/process/index.ts';

const text = `site: trial
lines:
  bench: { simulated: true }
drives:
  curtain:
    line: bench
    unit: 2
    profile: kpower-reference
    axis: { unit: '%', travelPerRevolution: 5, range: [0, 100], maxVelocity: 20, maxAcceleration: 20 }
`;

/** The first frame that a device process sends to a drive of this framing, as hex. */
async function firstFrame(framing: Profile['framing'], unit: number): Promise<string> {
  const site = parseSite(text, { file: '/etc/kmotion/trial.yaml', environment: {} });
  const clock = createVirtualClock();
  const cable = memoryPortPair({ clock });
  const heard: number[] = [];
  await cable.far({ bytes: (chunk) => void heard.push(...chunk), lost: () => undefined });
  const [drive] = site.drives.values();
  const host = createLineHost({
    site: { id: site.id, mqttRoot: site.mqtt.root },
    line: site.lines.get('bench')!,
    drives: [{ ...drive!, unit, profile: { ...drive!.profile, framing } }],
    openPort: cable.near,
    bus: createMemoryBus().bus('device'),
    clock,
    random: seededRandom(1),
    logger: createLogger({ name: 'test', level: 'fatal' }),
  });
  host.announce('http://trial.invalid/');
  await clock.advance(20);
  const first = Buffer.from(heard).toString('hex');
  const closed = host.close();
  await clock.advance(5000);
  await closed;
  return first;
}

/** Answers to a poll that the line took for good, where each comes behind a byte of noise. */
async function answersBehindNoise(leadingNoise: boolean): Promise<number> {
  const site = parseSite(text, { file: '/etc/kmotion/trial.yaml', environment: {} });
  const clock = createVirtualClock();
  const cable = memoryPortPair({ clock });
  const far = await cable.far({
    bytes(request) {
      const [unit = 0, functionCode = 0, , , , count = 0] = request;
      const body = [unit, functionCode, 2 * count, ...Array.from({ length: 2 * count }, () => 0)];
      far.write(Uint8Array.of(0xff, ...sealWithCrc(Uint8Array.from([...body, 0, 0]))));
    },
    lost: () => undefined,
  });
  const [drive] = site.drives.values();
  const host = createLineHost({
    site: { id: site.id, mqttRoot: site.mqtt.root },
    line: site.lines.get('bench')!,
    drives: [{ ...drive!, profile: { ...drive!.profile, leadingNoise } }],
    openPort: cable.near,
    bus: createMemoryBus().bus('device'),
    clock,
    random: seededRandom(1),
    logger: createLogger({ name: 'test', level: 'fatal' }),
  });
  host.announce('http://trial.invalid/');
  await clock.advance(200);
  const { answers = 0 } = host.line.stats().units.get(2) ?? {};
  const closed = host.close();
  await clock.advance(5000);
  await closed;
  return answers;
}

test('noise before an answer is left out only on a line with a drive that is known for it', async () => {
  expect(await answersBehindNoise(true)).toBeGreaterThan(0);
  expect(await answersBehindNoise(false)).toBe(0);
});

test('a line speaks in the frames that the profiles of its drives name', async () => {
  expect(await firstFrame('rtu', 2)).toMatch(/^0203/);
  expect(await firstFrame('dooya', 0xfe01)).toMatch(/^5501fe01/);
});
