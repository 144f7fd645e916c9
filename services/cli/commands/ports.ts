import type { PortDescription } from '../../contracts/index.ts';
import { describePort, knownPorts } from '../../commissioning/index.ts';
import { readSite } from '../read-site.ts';

export interface PortsOptions {
  readonly site?: string;
  readonly json?: true;
}

/** `kmotion ports`: the serial ports of this machine with all their names, and who has them. */
export async function ports({ site: file, json }: PortsOptions): Promise<void> {
  const lines = file === undefined ? [] : (await readSite(file)).lines.values();
  const found = (await knownPorts({ lines })).map(describePort);
  if (json === true) process.stdout.write(`${JSON.stringify(found)}\n`);
  else process.stdout.write(`${portsText(found)}\n`);
}

export function portsText(found: readonly PortDescription[]): string {
  if (found.length === 0)
    return 'No serial port: plug an adapter in. In a container, give it one: --device /dev/ttyUSB0.';
  return found.map(portText).join('\n');
}

function portText(port: PortDescription): string {
  const usb = port.vendorId === null ? [] : [`${port.vendorId}:${port.productId ?? '????'}`];
  const what = [port.manufacturer, port.product, ...usb, port.driver].filter((word) => word !== null).join('  ');
  const names = [port.byId, port.byPath].filter((name) => name !== null).map((name) => `\n    ${name}`);
  const serial = port.serialNumber === null ? '' : `  serial number ${port.serialNumber}`;
  const owner =
    port.owner === null ? 'free' : `taken by ${port.owner.kind === 'line' ? 'line ' : ''}${port.owner.name}`;
  return `${port.path}  ${what}${serial}  ${owner}${names.join('')}`;
}
