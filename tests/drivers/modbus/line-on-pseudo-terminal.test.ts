import { once, EventEmitter } from 'node:events';
import { symlinkSync, unlinkSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../../drivers/base/index.ts';
import { createLine, type LinkState } from '../../../drivers/modbus/index.ts';
import { openSerial } from '../../../drivers/transport/index.ts';
import { createPseudoTerminal, type PseudoTerminal } from '../transport/pseudo-terminal.ts';
import { fast, goodAnswer, holding, outcomeOf } from './line-bench.ts';

/** A drive behind a real pseudo-terminal, under a name that stays when the adapter is plugged in again. */
function plugIn(path: string): PseudoTerminal {
  const pty = createPseudoTerminal();
  pty.onBytes((request) => pty.write(goodAnswer(request)));
  symlinkSync(pty.path, path);
  return pty;
}

test('a line on a serial device survives unplugging: noticed within 300 ms, served again after plugging in', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kmotion-'));
  const path = join(folder, 'usb-adapter');
  const serial = { baudRate: 115_200, parity: 'even', stopBits: 1 } as const;
  const first = plugIn(path);
  const line = createLine({
    name: 'lift',
    open: openSerial({ path, settings: serial, clock: systemClock }),
    framing: 'rtu',
    clock: systemClock,
    serial,
    reconnect: { firstMs: 20, longestMs: 50 },
  });
  const states = new EventEmitter();
  line.onState((state: LinkState) => states.emit(state));
  await once(states, 'online');

  expect(await line.read(holding(1, 100), fast)).toEqual([1100, 1101]);

  const offline = once(states, 'offline');
  const unpluggedAtMs = performance.now();
  first.vanish();
  unlinkSync(path);
  await offline;
  expect(performance.now() - unpluggedAtMs).toBeLessThan(300);
  expect(await outcomeOf(line.read(holding(1, 100), fast))).toMatchObject({ code: 'OFFLINE' });

  const online = once(states, 'online');
  const second = plugIn(path);
  await online;
  expect(await line.read(holding(1, 200), fast)).toEqual([1200, 1201]);

  await line.close();
  second.vanish();
  rmSync(folder, { recursive: true });
});
