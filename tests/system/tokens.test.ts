import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { KMOTION, run, RunningSite, start, type Outcome } from './running-site.ts';

type Role = 'viewer' | 'operator' | 'engineer' | 'admin';

/** A site whose only line is real as far as it knows: Modbus TCP to a drive somewhere, here to a simulator. */
const siteAt = (address: string): string => `site: workshop
http: { port: 0 }
mqtt: { port: 0 }
lines:
  press: { tcp: "${address}" }
drives:
  press:
    line: press
    unit: 7
    profile: kpower-reference
    acceptPlaceholder: true
    axis: { unit: mm, travelPerRevolution: 5, gearRatio: 10, range: [0, 400], maxVelocity: 80, maxAcceleration: 200, stopDeceleration: 400, homingRequired: false }
`;

const drive = start(
  process.execPath,
  `${KMOTION} simulator --profile kpower-reference --unit 7 --tcp 127.0.0.1:0`.split(' '),
);
let site: RunningSite;
let tokens: Readonly<Record<Role, string>>;
beforeAll(async () => {
  const address = await vi.waitFor(() => {
    const [, found] = /^line tcp (\S+)$/m.exec(drive.text) ?? [];
    if (found === undefined) throw new Error(`the simulator says ${drive.text}`);
    return found;
  }, 10_000);
  site = new RunningSite(siteAt(address));
  await site.ready();
  tokens = JSON.parse(readFileSync(join(site.folder, 'data/tokens.json'), 'utf8')) as typeof tokens;
});
afterAll(async () => {
  await site.stop();
  drive.kill();
});

const broker = (role: Role | null): string[] =>
  ['-h', '127.0.0.1', '-p', site.brokerPort, '-V', '5', '-q', '1'].concat(
    role === null ? [] : ['-u', role, '-P', tokens[role]],
  );
const publish = (role: Role | null, command: string, payload = '{}'): Promise<Outcome> =>
  run('mosquitto_pub', [...broker(role), '-t', `kmotion/drives/press/commands/${command}`, '-m', payload]);

interface State {
  readonly position: number;
  readonly state: string;
  readonly stopLatched: boolean;
}
const asked = (role: Role): RequestInit => ({ headers: { authorization: `Bearer ${tokens[role]}` } });
const state = (): Promise<State> => site.json('/v1/drives/press/state', asked('viewer'));
const waitFor = (expected: Partial<State>): Promise<void> =>
  vi.waitFor(async () => expect(await state()).toMatchObject(expected), { timeout: 15_000, interval: 50 });

/** By REST; gives the HTTP status and the outcome. */
async function post(role: Role | null, command: string, body: object = {}): Promise<[number, string | undefined]> {
  const headers = {
    'content-type': 'application/json',
    prefer: 'wait=20',
    ...(role !== null && { authorization: `Bearer ${tokens[role]}` }),
  };
  const url = `${site.url}/v1/drives/press/commands/${command}`;
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  return [response.status, ((await response.json()) as { status?: string | number }).status?.toString()];
}

test('without a token, or with a wrong one, no program gets a message to a drive', async () => {
  const bare = await publish(null, 'enable');
  const guessed = await run('mosquitto_pub', [...broker(null), '-u', 'admin', '-P', 'guess', '-t', 'x', '-m', '{}']);

  expect(bare.code).not.toBe(0);
  expect(bare.err).toMatch(/not authori[sz]ed/i);
  expect(guessed.err).toMatch(/bad user name or password|not authori[sz]ed/i);
  expect((await post(null, 'enable'))[0]).toBe(401);
  expect((await state()).state).toBe('disabled');
  // one line for each client, seen by whoever runs the site
  expect(site.complaints.match(/refused an MQTT client/g)).toHaveLength(2);
});

test('with the operator token the drive moves by MQTT and by REST', async () => {
  const topic = 'kmotion/drives/press/results';
  const results = start('stdbuf', ['-oL', 'mosquitto_sub', ...broker('viewer'), '-d', '-t', topic]);
  await vi.waitFor(() => expect(results.text).toMatch(/Subscribed|SUBACK/), { timeout: 5000 });

  expect((await publish('operator', 'enable')).code).toBe(0);
  await waitFor({ state: 'standstill' });
  expect((await publish('operator', 'move-absolute', '{"position": 20}')).code).toBe(0);

  await vi.waitFor(() => expect(results.text).toMatch(/"command":"move-absolute","status":"done"/), 15_000);
  results.kill();
  expect((await state()).position).toBeCloseTo(20, 1);
  expect(await post('operator', 'move-absolute', { position: 30 })).toEqual([200, 'done']);
  expect((await state()).position).toBeCloseTo(30, 1);
});

test('a viewer may stop by MQTT, and nothing else: a move is refused and nobody speaks for the drive', async () => {
  const refused = [
    await publish('viewer', 'move-absolute', '{"position": 90}'),
    await run('mosquitto_pub', [...broker('operator'), '-t', 'kmotion/drives/press/state', '-m', '{}', '-r']),
  ];
  for (const { out, err } of refused) expect(out + err).toMatch(/not authori[sz]ed/i);
  expect((await state()).position).toBeCloseTo(30, 1);

  expect(await post('operator', 'move-absolute', { position: 30.5 })).toEqual([200, 'done']);
  expect((await publish('viewer', 'stop')).code).toBe(0);
  await waitFor({ stopLatched: true });
});

test('no token stands in what the site prints, and an orderly stop complains of nothing', async () => {
  const before = site.complaints;
  const code = await site.stop();

  expect(code).toBe(0);
  expect(site.complaints.slice(before.length)).toBe('');
  const printed = site.complaints + JSON.stringify(site.entries);
  for (const token of Object.values(tokens)) expect(printed).not.toContain(token);
});
