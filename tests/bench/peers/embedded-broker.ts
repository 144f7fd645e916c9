import { startBroker } from '../../../services/broker/index.ts';
import { createLogger } from '../../../services/platform/process/index.ts';

// The embedded broker as a process of its own, as it runs in a site; prints its URL and ends with its standard input.
const broker = await startBroker({
  host: '127.0.0.1',
  port: 0,
  access: { kind: 'open' },
  logger: createLogger({ name: 'broker', level: 'warn' }),
});
process.stdout.write(`${broker.url}\n`);
process.stdin.on('end', () => process.exit(0)).resume();
