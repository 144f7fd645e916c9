import { expect, test } from 'vitest';
import { createLogger, prettyLine } from '../../../services/platform/process/index.ts';

function logged(
  isTTY: boolean,
  environment: Record<string, string>,
  act: (logger: ReturnType<typeof createLogger>) => void,
): string {
  let text = '';
  act(createLogger({ name: 'device', environment, output: { isTTY, write: (line) => void (text += line) } }));
  return text;
}

test('a machine reads one JSON object a line, with level, time and name', () => {
  const text = logged(false, {}, (logger) => logger.warn({ unit: 3 }, 'drive did not answer'));
  expect(JSON.parse(text)).toMatchObject({ level: 40, name: 'device', unit: 3, msg: 'drive did not answer' });
});

test('a person reads a short line, unless KMOTION_LOG=json', () => {
  const line = logged(true, {}, (logger) => logger.warn({ unit: 3 }, 'drive did not answer'));
  expect(line).toMatch(/^\d\d:\d\d:\d\d\.\d{3} WARN device: drive did not answer unit=3\n$/);
  expect(logged(true, { KMOTION_LOG: 'json' }, (logger) => logger.info('x'))).toMatch(/^\{/);
});

test('no secret reaches the log', () => {
  const secrets = {
    password: 'hunter2',
    headers: { authorization: 'Bearer hunter2' },
    request: { headers: { cookie: 'hunter2' } },
  };
  expect(logged(false, {}, (logger) => logger.info(secrets, 'connecting'))).not.toContain('hunter2');
});

test('a line of another program is passed on unchanged', () => {
  expect(prettyLine('Segmentation fault\n')).toBe('Segmentation fault\n');
});
