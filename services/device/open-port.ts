import { DriverError, type Clock } from '../../drivers/base/index.ts';
import { openSerial, openTcp, type OpenPort, type SerialSettings } from '../../drivers/transport/index.ts';
import type { LineConfig, SerialPortName } from '../../config/index.ts';
import { findSerialPort } from './serial-lookup.ts';

const DEFAULT_SETTINGS: SerialSettings = { baudRate: 115_200, parity: 'none', stopBits: 1 };

/** How the port of a line is opened, by what the site file says of it. */
export function openPortOf({ way, serial }: LineConfig, clock: Clock): OpenPort {
  const settings = serial ?? DEFAULT_SETTINGS;
  if (way.kind === 'simulated') return openSerial({ path: way.ptyPath, settings, clock });
  if (way.kind === 'serial') return openNamed(way.port, settings, clock);
  return openTcp({ host: way.host, port: way.port, clock });
}

/** An adapter that is named by what USB says of it may sit at another path each time it is plugged in. */
function openNamed(port: SerialPortName, settings: SerialSettings, clock: Clock): OpenPort {
  if ('path' in port) return openSerial({ path: port.path, settings, clock });
  return async (listener, signal) => {
    const path = await findSerialPort(port);
    if (path !== null) return openSerial({ path, settings, clock })(listener, signal);
    const which = port.serialNumber === null ? '' : ` with serial number ${port.serialNumber}`;
    throw new DriverError(
      'PORT_UNAVAILABLE',
      `no USB adapter ${port.vendorId}:${port.productId}${which} is plugged in: plug it in, or correct the line's port`,
    );
  };
}
