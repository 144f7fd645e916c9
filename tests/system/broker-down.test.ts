import { createServer, type AddressInfo } from 'node:net';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { afterEach, expect, test, vi } from 'vitest';
import { isListening, run, RunningSite, SITE, start } from './running-site.ts';

let site: RunningSite;
let broker: ChildProcess;
afterEach(async () => {
  await site.stop();
  broker.kill();
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Another's broker, as soon as it listens. */
async function mosquitto(port: number): Promise<ChildProcess> {
  const file = join(mkdtempSync(join(tmpdir(), 'kmotion-broker-')), 'mosquitto.conf');
  writeFileSync(file, `listener ${port} 127.0.0.1\nallow_anonymous true\n`);
  const child = start('mosquitto', ['-c', file]);
  await vi.waitFor(async () => expect(await isListening(port)).toBe(true), { timeout: 10_000 });
  return child;
}

test("another's broker that is down at start and later: one line each time, no stack, and the site comes back by itself", async () => {
  const port = await freePort();
  site = new RunningSite(SITE.replace('mqtt: { port: 0 }', `mqtt: { url: "mqtt://127.0.0.1:${port}" }`));
  await site.entry(({ event, part }) => event === 'part-ready' && part === 'orchestrator');
  await vi.waitFor(() => expect(site.complaints).toContain(`${port}`), { timeout: 10_000 });

  broker = await mosquitto(port);
  await site.ready();
  const state = ['-h', '127.0.0.1', '-p', `${port}`, '-C', '1', '-W', '15', '-t', 'kmotion/drives/curtain/state'];
  expect(JSON.parse((await run('mosquitto_sub', state)).out)).toMatchObject({ drive: 'curtain', link: 'online' });

  const linesBefore = site.complaints.split('\n').length;
  broker.kill('SIGKILL');
  await vi.waitFor(() => expect(site.complaints.split('\n').length).toBeGreaterThan(linesBefore), { timeout: 10_000 });
  // Drives are still reached by REST.
  expect((await site.state('curtain')).state).toBe('disabled');

  broker = await mosquitto(port);
  expect(JSON.parse((await run('mosquitto_sub', state)).out)).toMatchObject({ drive: 'curtain', link: 'online' });
  expect(site.complaints).not.toMatch(/^\s+at /m);
  expect(site.entries.filter(({ event }) => event === 'part-died')).toEqual([]);
  // three processes that know the broker, two stories each
  expect(site.complaints.trimEnd().split('\n').length).toBeLessThanOrEqual(20);
});
