import { listPorts, type ListedPort } from '../../drivers/transport/index.ts';
import type { SerialPortName } from '../../config/index.ts';

type UsbName = Exclude<SerialPortName, { readonly path: string }>;

/** The path of the adapter with these USB names; null when it is not plugged in. */
export async function findSerialPort(
  wanted: UsbName,
  list: () => Promise<readonly Pick<ListedPort, 'path' | 'vendorId' | 'productId' | 'serialNumber'>[]> = listPorts,
): Promise<string | null> {
  const found = (await list()).find(
    (port) =>
      same(port.vendorId, wanted.vendorId) &&
      same(port.productId, wanted.productId) &&
      (wanted.serialNumber === null || same(port.serialNumber, wanted.serialNumber)),
  );
  return found?.path ?? null;
}

/** Systems differ in how they write hexadecimal digits. */
function same(found: string | null, wanted: string): boolean {
  return found?.toLowerCase() === wanted.toLowerCase();
}
