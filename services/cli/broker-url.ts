import type { Site } from '../../config/index.ts';
import { reachable } from '../platform/doors/index.ts';

/** Where a process finds the broker: the site's embedded one is expected at its configured port. */
export function brokerUrlOf({ mqtt }: Site): string {
  return mqtt.url === 'embedded' ? `mqtt://${reachable(mqtt.host)}:${mqtt.port}` : mqtt.url;
}
