import type { Site } from '../../config/index.ts';

/** Where a process that runs alone finds the broker: the site's embedded one is expected at its configured port. */
export function brokerUrlOf({ mqtt }: Site): string {
  return mqtt.url === 'embedded' ? `mqtt://${mqtt.host}:${mqtt.port}` : mqtt.url;
}
