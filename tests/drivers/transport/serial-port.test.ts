import { mkdtempSync, rmSync, symlinkSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { systemClock, type DriverError } from '../../../drivers/base/index.ts';
import { openSerial, type BytePort, type BytePortListener } from '../../../drivers/transport/index.ts';
import { createPseudoTerminal, type PseudoTerminal } from './pseudo-terminal.ts';

const settings = { baudRate: 115_200, parity: 'even', stopBits: 1 } as const;
const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);

interface Listening extends BytePortListener {
  readonly heard: number[];
  readonly losses: DriverError[];
  readonly lostAt: Promise<number>;
  count(bytes: number): Promise<void>;
}

function listen(): Listening {
  const heard: number[] = [];
  const losses: DriverError[] = [];
  let toldLost: (atMs: number) => void;
  const lostAt = new Promise<number>((resolve) => (toldLost = resolve));
  let waiting: { bytes: number; resolve: () => void } | undefined;
  return {
    heard,
    losses,
    lostAt,
    bytes(chunk) {
      heard.push(...chunk);
      if (waiting && heard.length >= waiting.bytes) waiting.resolve();
    },
    lost(error) {
      losses.push(error);
      toldLost(performance.now());
    },
    count: (bytes) => new Promise((resolve) => (waiting = { bytes, resolve })),
  };
}

const opened: { port?: BytePort; pty?: PseudoTerminal }[] = [];
afterEach(async () => {
  for (const { port, pty } of opened.splice(0)) {
    await port?.close();
    pty?.vanish();
  }
});

describe.each(['tty', 'serialport'] as const)('a serial port carried by %s', (carrier) => {
  async function open(path?: string): Promise<{ pty: PseudoTerminal; port: BytePort; listener: Listening }> {
    const pty = createPseudoTerminal();
    const listener = listen();
    const port = await openSerial({ path: path ?? pty.path, settings, clock: systemClock, carrier })(listener);
    opened.push({ port, pty });
    return { pty, port, listener };
  }

  test('every byte value passes both ways unchanged', async () => {
    const { pty, port, listener } = await open();
    const atFarEnd: number[] = [];
    const arrived = new Promise<void>((resolve) =>
      pty.onBytes((bytes) => void (atFarEnd.push(...bytes) >= 256 && resolve())),
    );

    port.write(everyByte);
    await arrived;
    const back = listener.count(256);
    pty.write(everyByte);
    await back;

    expect(atFarEnd).toEqual([...everyByte]);
    expect(listener.heard).toEqual([...everyByte]);
    expect(port.name).toBe(`${pty.path} at 115200 8E1`);
  });

  test('a vanished device is noticed within 300 ms, once, without a byte being sent', async () => {
    const { pty, port, listener } = await open();

    const atMs = performance.now();
    pty.vanish();
    const tookMs = (await listener.lostAt) - atMs;

    expect(tookMs).toBeLessThan(300);
    await port.close();
    expect(listener.losses.map(({ code }) => code)).toEqual(['PORT_LOST']);
    expect(() => port.write(everyByte)).toThrow(expect.objectContaining({ code: 'PORT_LOST' }));
  });

  test('an adapter whose name is taken over by another is lost within 300 ms', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kmotion-'));
    const [first, second] = [createPseudoTerminal(), createPseudoTerminal()];
    opened.push({ pty: first }, { pty: second });
    const path = join(folder, 'usb-adapter');
    symlinkSync(first.path, path);
    const listener = listen();
    const port = await openSerial({ path, settings, clock: systemClock, carrier })(listener);
    opened.push({ port });

    const atMs = performance.now();
    unlinkSync(path);
    symlinkSync(second.path, path);

    expect((await listener.lostAt) - atMs).toBeLessThan(300);
    rmSync(folder, { recursive: true });
  });

  test('a second owner is refused and told who holds the device', async () => {
    const { pty } = await open();

    const second = openSerial({ path: pty.path, settings, clock: systemClock, carrier })(listen());

    await expect(second).rejects.toMatchObject({
      code: 'PORT_UNAVAILABLE',
      message: expect.stringMatching(
        new RegExp(`^${pty.path} is in use by .*process ${process.pid}.*; stop that program`),
      ),
    });
  });

  test('after close nothing is heard any more, not even the loss', async () => {
    const { pty, port, listener } = await open();
    const other = await open();

    await port.close();
    pty.vanish();
    other.pty.vanish();
    await other.listener.lostAt;

    expect(listener.heard).toEqual([]);
    expect(listener.losses).toEqual([]);
  });
});

test('a missing device is refused with the adapters that exist', async () => {
  const open = openSerial({ path: '/dev/ttyUSB-none', settings, clock: systemClock });

  await expect(open(listen())).rejects.toMatchObject({
    code: 'PORT_UNAVAILABLE',
    message: expect.stringMatching(
      /^there is no device \/dev\/ttyUSB-none; (no serial adapter is connected|connected: )/,
    ),
  });
});

test('a file that is no serial device is refused', async () => {
  const open = openSerial({ path: import.meta.filename, settings, clock: systemClock });

  await expect(open(listen())).rejects.toMatchObject({ message: expect.stringContaining('is not a serial device') });
});
