import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formatProblems, loadSite, SiteError } from '../../config/index.ts';
import { GOOD, linesOf, problemsOf, siteOf } from './site-text.ts';

/** The watchdog of the first of so many drives on one line. */
const crowd = (count: number, own = ''): number | null | undefined => {
  const drives = Array.from(
    { length: count },
    (_, index) =>
      `  d${index}: { line: bench, unit: ${index + 1}, profile: kpower-reference,${own} axis: { unit: mm, travelPerRevolution: 5, range: [0, 400], maxVelocity: 50, maxAcceleration: 200 } }`,
  );
  return siteOf(`site: crowd\nlines: { bench: { simulated: true } }\ndrives:\n${drives.join('\n')}\n`, {}).drives.get(
    'd0',
  )?.watchdogMs;
};

describe('a right site file', () => {
  test('is completed: loopback doors, embedded broker, watchdog and homing from profile and axis', () => {
    const site = siteOf(GOOD, { XDG_STATE_HOME: '/var/state' });

    expect(site.http).toEqual({ host: '127.0.0.1', port: 8080, hosts: [] });
    expect(site.mqtt).toMatchObject({ url: 'embedded', host: '127.0.0.1', port: 1883, root: 'kmotion' });
    expect(site.dataDir).toBe('/var/state/kmotion/trial');
    expect(site.lines.get('bench')).toEqual({
      id: 'bench',
      way: { kind: 'simulated', ptyPath: '/var/state/kmotion/trial/lines/bench', paced: false },
      serial: { baudRate: 115200, parity: 'none', stopBits: 1 },
      httpPort: 0,
    });
    expect(site.drives.get('left')).toMatchObject({
      watchdogMs: 1000,
      homing: null,
      onAttach: 'stop',
      serialNumber: null,
    });
    expect(site.drives.get('left')?.axis).toMatchObject({
      stopDeceleration: 200,
      tolerance: 0.1,
      homingRequired: true,
    });
    expect(site.groups.get('both')).toEqual({
      id: 'both',
      drives: ['left', 'right'],
      maxStartSkewMs: 20,
      onMemberFault: 'stop',
    });
  });

  test('a watchdog leaves a crowded line the time to come round to its drive; who names one gets that', () => {
    expect([1, 8, 30].map((count) => crowd(count))).toEqual([1000, 1000, 2465]);
    expect(crowd(30, ' watchdogMs: 500,')).toBe(500);
  });

  test('the demo that ships with the project is right', async () => {
    const site = await loadSite('config/demo.yaml', {});

    expect([...site.lines.keys()]).toEqual(['bench', 'window']);
    expect([...site.drives.values()].map(({ id, line, unit, axis }) => [id, line, unit, axis.unit])).toEqual([
      ['lift-left', 'bench', 1, 'mm'],
      ['lift-right', 'bench', 2, 'mm'],
      ['turntable', 'bench', 3, 'deg'],
      ['curtain', 'window', 1, '%'],
    ]);
    expect(site.drives.get('lift-right')?.axis).toEqual(site.drives.get('lift-left')?.axis);
    expect(site.simulated).toBe(true);
  });

  test('real lines keep what the file says and take the rest from the manual', () => {
    const real = GOOD.replace('simulated: { baudRate: 115200 }', 'serial: /dev/ttyUSB0, parity: even');

    const line = siteOf(real).lines.get('bench');

    expect(line?.way).toEqual({ kind: 'serial', port: { path: '/dev/ttyUSB0' } });
    expect(line?.serial).toEqual({ baudRate: 115200, parity: 'even', stopBits: 1 });
  });

  test('a TCP line has an address and no serial settings', () => {
    const line = siteOf(GOOD.replace('simulated: { baudRate: 115200 }', 'tcp: "[::1]:502"')).lines.get('bench');

    expect(line).toMatchObject({ way: { kind: 'tcp', host: '::1', port: 502 }, serial: null });
  });
});

describe('who needs tokens', () => {
  test('nobody, when every line is simulated and only this machine can reach the site', () => {
    expect(siteOf(GOOD).auth).toEqual({ kind: 'open', reason: null });
  });

  test('everybody, as soon as one line is real', () => {
    const real = GOOD.replace('simulated: { baudRate: 115200 }', 'serial: /dev/ttyUSB0');

    expect(siteOf(real, { KMOTION_DATA: '/srv/k' }).auth).toEqual({ kind: 'tokens', file: '/srv/k/tokens.json' });
  });

  test('everybody, as soon as another machine can reach the site', () => {
    expect(siteOf(`${GOOD}http: { host: 0.0.0.0 }\n`).auth.kind).toBe('tokens');
  });

  test('open beyond loopback is refused whatever the reason', () => {
    expect(linesOf(`${GOOD}http: { host: 0.0.0.0 }\nauth: { open: "trust me" }\n`)).toEqual([
      '18 auth.open: open without tokens is only possible on loopback, but http.host is 0.0.0.0; write { tokens: <path> }',
    ]);
  });

  test('everybody, as soon as another machine can reach the embedded broker', () => {
    expect(siteOf(`${GOOD}mqtt: { host: 192.168.1.7 }\n`).auth.kind).toBe('tokens');
    expect(linesOf(`${GOOD}mqtt: { host: 192.168.1.7 }\nauth: { open: "trust me" }\n`)).toEqual([
      '18 auth.open: open without tokens is only possible on loopback, but mqtt.host is 192.168.1.7; write { tokens: <path> }',
    ]);
  });

  test('the embedded broker asks for those tokens, so a password for it is refused as having no effect', () => {
    expect(linesOf(`${GOOD}mqtt: { username: a, password: b }\n`)).toEqual([
      "17 mqtt.username: has no effect: the embedded broker asks for the site's tokens; take it out",
      "17 mqtt.password: has no effect: the embedded broker asks for the site's tokens; take it out",
    ]);
  });
});

describe('a wrong site file', () => {
  test('says everything at once, each with its line, what was found and what was expected', () => {
    const wrong = `site: Trial
lines:
  bench: { simulated: true }
  lift: { tcp: 192.168.1.20 }
drives:
  left:
    line: bench
    unit: 1
    profile: kpower-refrence
    axis: { unit: mm, travelPerRevolution: 5, range: [400, 0], maxVelocty: 50, maxAcceleration: 200 }
  right:
    line: bench
    unit: 1
    profile: kpower-reference
    axis: { unit: mm, travelPerRevolution: 5, range: [0, 400], maxVelocity: "50", maxAcceleration: 200 }
  far:
    line: lifft
    unit: 300
    profile: kpower-reference
    axis: { unit: mm, travelPerRevolution: 5, range: [0, 400], maxVelocity: 50, maxAcceleration: 200 }
groups:
  both: { drives: [left, rigth] }
`;

    expect(linesOf(wrong)).toEqual([
      '1 site: found the text "Trial", expected lower-case letters, digits and dashes, at most 63 of them, not beginning with a dash',
      '4 lines.lift: no drive is on this line; add one with "line: lift"',
      '4 lines.lift.tcp: found the text "192.168.1.20", expected "host:port", as 192.168.1.20:502',
      expect.stringMatching(
        /^9 drives\.left\.profile: unknown profile "kpower-refrence"; did you mean "kpower-reference"\?; expected one of .*kpower-reference.*, or the path of a profile file$/,
      ),
      '10 drives.left.axis.maxVelocity: is missing; expected a number above 0, in axis units per second',
      '10 drives.left.axis.range: found [400, 0], expected the smaller limit first and two different limits; write [0, 400]',
      expect.stringMatching(
        /^10 drives\.left\.axis\.maxVelocty: unknown key; did you mean "maxVelocity"\?; expected one of unit, /,
      ),
      '13 drives.right.unit: found unit 1, which "left" has already; expected a unit id of its own on line "bench"',
      '15 drives.right.axis.maxVelocity: found the text "50", expected a number above 0, in axis units per second',
      '17 drives.far.line: unknown line "lifft"; did you mean "lift"?; expected one of bench, lift',
      '18 drives.far.unit: found unit 300, expected 1 to 247 (profile kpower-reference)',
      '22 groups.both.drives.1: unknown drive "rigth"; did you mean "right"?; expected one of left, right, far',
    ]);
  });

  test('prints as file:line:column, so that a terminal makes a link of it', () => {
    const problems = problemsOf(GOOD.replace('unit: 2', 'unit: two'));

    expect(formatProblems('trial.yaml', problems)).toBe(
      'trial.yaml:12:11 drives.right.unit: found the text "two", expected the unit id of the drive, a whole number from 1 to 247',
    );
  });

  test.each([
    ['no way', '{}', 'says no way to its drives; expected exactly one of simulated, serial, tcp, rtuOverTcp'],
    ['two ways', '{ simulated: true, tcp: a:1 }', 'says 2 ways (simulated, tcp); expected exactly one of'],
    ['a setting without effect', '{ tcp: a:1, parity: even }', 'has no effect here: Modbus TCP has no serial settings'],
    [
      'a choice that is none',
      '{ simulated: 5 }',
      'found the number 5, expected true, or { baudRate: 115200, paced: false }',
    ],
    ['a slip inside a choice', '{ simulated: { baudrate: 9600 } }', 'unknown key; did you mean "baudRate"?'],
    ['a slip inside a port', '{ serial: { vendorId: "0403", productID: "6001" } }', 'did you mean "productId"?'],
  ])('a line with %s is refused', (_, line, message) => {
    expect(linesOf(GOOD.replace('{ simulated: { baudRate: 115200 } }', line)).join('\n')).toContain(message);
  });

  test.each([
    ['a homing method that the drive lacks', 'homing: { method: 3 }', 'found method 3, expected one of 19, 21'],
    ['a watchdog beyond the drive', 'watchdogMs: 10', 'found 10 ms, expected 50 to 60000 ms'],
    ['a setting that is not built yet', 'expose: { homeAssistant: cover }', 'not built yet'],
  ])('a drive with %s is refused', (_, setting, message) => {
    expect(linesOf(GOOD.replace('unit: 2\n', `unit: 2\n    ${setting}\n`)).join('\n')).toContain(message);
  });

  test('a stop gentler than a move is refused', () => {
    const soft = GOOD.replace('maxAcceleration: 200 }', 'maxAcceleration: 200, stopDeceleration: 100 }');

    expect(linesOf(soft).join()).toContain('9 drives.left.axis.stopDeceleration: found 100, expected at least');
  });

  test('two lines on one port are refused', () => {
    const two = GOOD.replace('{ simulated: { baudRate: 115200 } }', '{ serial: /dev/a }\n  other: { serial: /dev/a }');

    expect(linesOf(two).join('\n')).toContain('4 lines.other.serial: line "bench" has the same port');
  });

  test.each(['lines', 'drives'])('without any of its %s it is no site', (what) => {
    expect(linesOf(`site: a\nlines: {}\ndrives: {}\n`).join('\n')).toContain(
      `${what}: is empty; expected the ${what} by name`,
    );
  });

  test('a key that stands twice is refused', () => {
    expect(linesOf(`${GOOD}site: again\n`)).toEqual([expect.stringContaining('17 : Map keys must be unique')]);
  });

  test.each(['', '[]', 'hello', '5'])('the text %j is no site, and says so without a stack', (text) => {
    expect(problemsOf(text).length).toBeGreaterThan(0);
  });

  test('an alias bomb is refused before it goes off', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefgh'.split('').map((key, index) => {
        const before = String.fromCharCode(97 + index);
        return `${key}: &${key} [${Array(9).fill(`*${before}`).join(',')}]`;
      }),
    ].join('\n');

    expect(linesOf(bomb)).toEqual([expect.stringContaining('expected few and flat aliases')]);
  });
});

const refusal = async (file: string): Promise<string> =>
  loadSite(file, {}).then(
    () => 'loaded',
    (error: unknown) => (error instanceof SiteError ? error.message : 'a stack trace'),
  );

describe('the file itself', () => {
  test('missing, or a folder: one line', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kmotion-site-'));

    expect(await refusal(join(folder, 'none.yaml'))).toBe(
      `${folder}/none.yaml cannot be used: there is no such file; expected a site file`,
    );
    expect(await refusal(folder)).toBe(`${folder} cannot be used: it is a folder; expected a site file`);
  });

  test('larger than 256 KB is not read', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'kmotion-site-')), 'big.yaml');
    await writeFile(file, `# ${'x'.repeat(256 * 1024)}\n${GOOD}`);

    expect(await refusal(file)).toContain('expected at most 262144');
  });
});
