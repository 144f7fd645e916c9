import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Command } from 'commander';
import { afterEach, describe, expect, test } from 'vitest';
import { loadSite } from '../../../config/index.ts';
import { failureLine, CommandFailure } from '../../../services/cli/failure.ts';
import { createProgram } from '../../../services/cli/program.ts';
import { readServerEvents, type ServerEvent } from '../../../services/cli/server-events.ts';
import { simulatedLines } from '../../../services/cli/simulated-lines.ts';
import { createSiteClient } from '../../../services/cli/site-client.ts';
import { stateTable } from '../../../services/cli/state-table.ts';
import type { DriveStateMessage } from '../../../services/contracts/index.ts';

const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

async function answering(status: number, body: string): Promise<string> {
  const server = createServer((_, response) => response.writeHead(status).end(body));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function* withTheirs(parent: Command): Generator<Command> {
  for (const command of parent.commands) {
    yield command;
    yield* withTheirs(command);
  }
}

describe('help', () => {
  test('every command explains itself with an example', () => {
    const commands = [...withTheirs(createProgram())];

    const withoutExample = commands.filter((command) => {
      let help = '';
      command.configureOutput({ writeOut: (text) => void (help += text) }).outputHelp();
      return !/Examples:\n +\$ .*kmotion/.test(help);
    });

    expect(commands.map((command) => command.name())).toEqual(expect.arrayContaining(['up', 'dry-run', 'resume']));
    expect(withoutExample.map((command) => command.name())).toEqual([]);
  });
});

describe('a site that is called', () => {
  test('and refuses: its own words and what to do', async () => {
    const problem = { detail: 'position 900 mm is beyond 400 mm.', remedy: 'Stay within the range.', code: 'limit' };
    const url = await answering(422, JSON.stringify(problem));

    await expect(createSiteClient({ url }).call('/v1/drives/a/state')).rejects.toThrow(
      'refused (422): position 900 mm is beyond 400 mm. Stay within the range.',
    );
  });

  test('and is some other server', async () => {
    const url = await answering(404, '<html>');

    await expect(createSiteClient({ url }).call('/v1')).rejects.toThrow('the answer was 404: is this a kmotion site?');
  });

  test('and is not there: how to start one', async () => {
    const url = await answering(200, '{}');
    await new Promise((resolve) => servers.splice(0)[0]?.close(resolve));

    await expect(createSiteClient({ url }).call('/v1')).rejects.toThrow(`nothing answers at ${url}: start a site with`);
  });
});

test('an error meant for people is shown as it is, any other as a fault of ours, never with a stack', () => {
  expect(failureLine(new CommandFailure('no'))).toBe('no');
  expect(failureLine(new TypeError('x is undefined'))).toBe(
    'kmotion: a fault of this software, please report it: x is undefined',
  );
});

test('server-sent events survive any cut between bytes, also inside a letter', async () => {
  const text = 'event: state\ndata: {"unit":"°"}\n\n: heartbeat\n\nid: 4\r\nevent: a\r\ndata: 1\r\ndata: 2\r\n\r\n';
  const bytes = new TextEncoder().encode(text);
  const oneByOne = async function* (): AsyncGenerator<Uint8Array> {
    for (const byte of bytes) yield Uint8Array.of(byte);
  };

  const events: ServerEvent[] = [];
  for await (const event of readServerEvents(oneByOne())) events.push(event);

  expect(events).toEqual([
    { name: 'state', data: '{"unit":"°"}' },
    { name: 'a', data: '1\n2' },
  ]);
});

test('a reading that is missing is shown as a dash, not as 0', () => {
  const state = {
    drive: 'lift-left',
    state: 'unknown',
    stopLatched: false,
    position: null,
    velocity: 0,
    target: 12.5,
    unit: 'mm',
    link: 'offline',
    stale: true,
    fault: null,
  } as DriveStateMessage;

  const [, row] = stateTable([state]);

  expect(row?.split(/ {2,}/)).toEqual(['lift-left', 'unknown', '- mm', '0.00 mm/s', '12.500', 'stale']);
});

test('the demo site becomes two virtual lines whose drives have room for their whole range', async () => {
  const site = await loadSite('config/demo.yaml', { KMOTION_DATA: '/srv/demo' });

  const lines = simulatedLines(site);

  expect(lines.map(({ name, pty, drives }) => [name, pty?.path, drives.map(({ unit }) => unit)])).toEqual([
    ['bench', '/srv/demo/lines/bench', [1, 2, 3]],
    ['window', '/srv/demo/lines/window', [1]],
  ]);
  const lift = lines[0]?.drives[0];
  expect(lift?.countsPerUnit).toBe(20_000);
  const { endStops, homeSwitch } = lift?.mechanics ?? {};
  expect(homeSwitch?.to).toBe(-400_000);
  expect((endStops?.high ?? 0) - (homeSwitch?.to ?? 0)).toBeGreaterThan(400 * 20_000);
});
