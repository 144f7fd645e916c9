import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { GOOD, linesOf, siteOf } from './site-text.ts';

test('a variable overrides the setting of its name, with the right type', () => {
  const site = siteOf(GOOD.replace('simulated: { baudRate: 115200 }', 'serial: /dev/a'), {
    KMOTION_HTTP_PORT: '9001',
    KMOTION_MQTT_URL: 'mqtt://10.0.0.5',
    KMOTION_MQTT_USERNAME: '123',
    KMOTION_LINES_BENCH_SERIAL: '/dev/ttyUSB7',
    KMOTION_LINES_BENCH_STOP_BITS: '2',
    KMOTION_DRIVES_LEFT_ACCEPT_PLACEHOLDER: 'true',
  });

  expect(site.http.port).toBe(9001);
  expect(site.mqtt).toMatchObject({ url: 'mqtt://10.0.0.5', host: '10.0.0.5', port: 1883, username: '123' });
  expect(site.lines.get('bench')).toMatchObject({
    way: { kind: 'serial', port: { path: '/dev/ttyUSB7' } },
    serial: { stopBits: 2 },
  });
  expect(site.drives.get('left')?.acceptPlaceholder).toBe(true);
});

test('a wrong value names the variable, not a line of the file', () => {
  expect(linesOf(GOOD, { KMOTION_HTTP_PORT: '80a' })).toEqual([
    '0 KMOTION_HTTP_PORT: found the text "80a", expected a port number from 1 to 65535, or 0 for any free one',
  ]);
});

test('a secret comes from a file, without the line end; value and file together are refused', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'kmotion-secret-')), 'user');
  writeFileSync(file, 'anna\n');
  const broker = { KMOTION_MQTT_URL: 'mqtt://broker' };

  expect(siteOf(GOOD, { ...broker, KMOTION_MQTT_USERNAME_FILE: file }).mqtt.username).toBe('anna');
  expect(siteOf(GOOD, { ...broker, KMOTION_MQTT_PASSWORD_FILE: file }).mqtt.password).toBe('anna');
  expect(linesOf(GOOD, { ...broker, KMOTION_MQTT_USERNAME: 'x', KMOTION_MQTT_USERNAME_FILE: file })).toEqual([
    '0 KMOTION_MQTT_USERNAME_FILE: is set beside KMOTION_MQTT_USERNAME; expected one of the two',
  ]);
});

test('variables that only look like ours are left alone', () => {
  expect(siteOf(GOOD, { KMOTION_PORT: 'tcp://10.0.0.1:80', KMOTION_SERVICE_HOST: '10.0.0.1' }).http.port).toBe(8080);
});

test("another broker's address replaces the embedded one's host and port", () => {
  const site = siteOf(`${GOOD}mqtt: { host: 127.0.0.2, port: 1884 }\n`, {
    KMOTION_MQTT_URL: 'mqtt://127.0.0.1:5555',
    KMOTION_MQTT_PORT: '1885',
  });

  expect(site.mqtt).toMatchObject({ url: 'mqtt://127.0.0.1:5555', host: '127.0.0.1', port: 5555 });
});
