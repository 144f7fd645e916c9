import { createServer, type AddressInfo } from 'node:net';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { isListening, kmotion, RunningSite, SITE } from './running-site.ts';

const sites: RunningSite[] = [];
const up = (...arguments_: ConstructorParameters<typeof RunningSite>): RunningSite => {
  const site = new RunningSite(...arguments_);
  sites.push(site);
  return site;
};
afterEach(async () => {
  await Promise.all(sites.splice(0).map((site) => site.stop()));
});

async function stillListening(ports: readonly number[]): Promise<readonly number[]> {
  const open = await Promise.all(ports.map(async (port) => ((await isListening(port)) ? [port] : [])));
  return open.flat();
}

describe('a site', () => {
  test('is up, every drive ready, and Ctrl-C leaves no process and no port', async () => {
    const site = up(SITE);

    const { afterMs } = await site.ready();
    process.stdout.write(`from kmotion up to every drive ready: ${afterMs} ms\n`);
    const drives = await site.json<{ availability: string }[]>('/v1/drives');
    expect(drives).toHaveLength(4);
    expect(site.processes()).toHaveLength(5);

    expect(await site.stop()).toBe(0);
    expect(site.processes()).toEqual([]);
    expect(await stillListening(site.ports())).toEqual([]);
  });

  test('leaves nothing behind either when its supervisor is killed with kill -9', async () => {
    const site = up(SITE);
    await site.ready();
    const ports = site.ports();

    site.child.kill('SIGKILL');

    await vi.waitFor(() => expect(site.processes()).toEqual([]), { timeout: 10_000 });
    expect(await stillListening(ports)).toEqual([]);
  });
});

describe('what keeps a site from starting is said in one line', () => {
  test('a taken port', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;

    const site = up(SITE.replace('http: { port: 0 }', `http: { port: ${port} }`));

    expect(await site.exitCode).toBe(1);
    expect(site.complaints).toBe(
      `127.0.0.1 port ${port} is taken by another program: stop that program or set http.port (or KMOTION_HTTP_PORT) to another; 0 takes a free one\n`,
    );
    expect(site.processes()).toEqual([]);
    other.close();
  });

  test('a missing site file, an unknown command, an unknown line', async () => {
    expect(await kmotion('up', '/nowhere/site.yaml')).toEqual({
      code: 1,
      out: '',
      err: '/nowhere/site.yaml cannot be used: there is no such file; expected a site file\n',
    });
    expect((await kmotion('fly')).err).toContain("unknown command 'fly'");
    expect((await kmotion('device', 'config/demo.yaml', '--line', 'attic')).err).toBe(
      'config/demo.yaml has no line "attic"; expected one of bench, window\n',
    );
  });

  test('a wrong site file: all problems at once, with their lines, exit code 1, from check and from up', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'kmotion-bad-')), 'bad.yaml');
    const wrong = SITE.replace('mqtt: { port: 0 }', 'mqtt: { prot: 0 }')
      .replace('unit: 2', 'unit: 1')
      .replace('profile: kpower-reference', 'profile: kpower-refrence')
      .replace('[-180, 180]', '[180, -180]')
      .replace('window: { simulated: { baudRate: 115200 } }', 'window: {}');
    writeFileSync(file, wrong);

    const checked = await kmotion('check', file);

    expect(checked.code).toBe(1);
    const lines = checked.err.trimEnd().split('\n');
    expect(lines.map((line) => line.replace(`${file}:`, ''))).toEqual([
      expect.stringMatching(/^3:9 mqtt\.prot: unknown key; .*expected one of .*port/),
      expect.stringMatching(/^6:3 lines\.window: says no way to its drives; expected exactly one of .*serial/),
      expect.stringMatching(
        /^8:\d+ drives\.left\.profile: unknown profile "kpower-refrence"; .*expected one of .*kpower-reference/,
      ),
      expect.stringMatching(/^9:\d+ drives\.right\.unit: found unit 1, .*expected a unit id of its own/),
      expect.stringMatching(
        /^10:\d+ drives\.table\.axis\.range: found \[180, -180\], expected the smaller limit first/,
      ),
      '5 problems',
    ]);
    expect((await kmotion('up', file)).code).toBe(1);
    const json = JSON.parse((await kmotion('check', '--json', file)).out) as { ok: boolean; problems: unknown[] };
    expect(json).toMatchObject({ ok: false });
    expect(json.problems).toHaveLength(5);
  });
});
