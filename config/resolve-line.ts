import { join } from 'node:path';
import type { Profile } from '../drivers/profile/index.ts';
import type { LineConfig, LineWay, SerialPortName } from './site.ts';
import type { LineFile } from './site-file.ts';

type SerialConfig = NonNullable<LineConfig['serial']>;

interface LineContext {
  readonly id: string;
  readonly dataDir: string;
  /** Of the drives on this line. */
  readonly profiles: readonly Profile[];
}

export function resolveLine(line: LineFile, context: LineContext): LineConfig {
  const way = resolveWay(line, context);
  const serial = way.kind === 'tcp' ? null : resolveSerial(line, context.profiles);
  return { id: context.id, way, serial, httpPort: line.httpPort ?? 0 };
}

function resolveWay(line: LineFile, { id, dataDir }: LineContext): LineWay {
  if (line.serial !== undefined) return { kind: 'serial', port: toPortName(line.serial) };
  if (line.tcp !== undefined) return { kind: 'tcp', ...toEndpoint(line.tcp) };
  if (line.rtuOverTcp !== undefined) return { kind: 'rtuOverTcp', ...toEndpoint(line.rtuOverTcp) };
  const paced = typeof line.simulated === 'object' && line.simulated.paced === true;
  return { kind: 'simulated', ptyPath: join(dataDir, 'lines', id), paced };
}

function toPortName(serial: NonNullable<LineFile['serial']>): SerialPortName {
  if (typeof serial === 'string') return { path: serial };
  return { ...serial, serialNumber: serial.serialNumber ?? null };
}

function toEndpoint(text: string): { readonly host: string; readonly port: number } {
  const colon = text.lastIndexOf(':');
  return { host: text.slice(0, colon).replace(/^\[(.*)\]$/, '$1'), port: Number(text.slice(colon + 1)) };
}

const FALLBACK: SerialConfig = { baudRate: 115_200, parity: 'none', stopBits: 1 };

/** What the line does not say, the manual of its first drive does. */
function resolveSerial(line: LineFile, [first]: readonly Profile[]): SerialConfig {
  const manual = first?.serial ?? FALLBACK;
  const simulated = typeof line.simulated === 'object' ? line.simulated.baudRate : undefined;
  return {
    baudRate: line.baudRate ?? simulated ?? manual.baudRate,
    parity: line.parity ?? manual.parity,
    stopBits: line.stopBits ?? manual.stopBits,
  };
}
