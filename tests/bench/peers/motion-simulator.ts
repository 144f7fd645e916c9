import { shippedProfile } from '../../../drivers/profile/index.ts';
import { createLogger } from '../../../services/platform/process/index.ts';
import { startSimulator } from '../../../simulator/process.ts';

// Simulated lines of the reference drive as a process of its own: LINES DRIVES (tcp|paced). Sends the way to each line
// to its parent and ends with it.
const [lines = '1', drives = '1', way = 'tcp'] = process.argv.slice(2);
const profile = shippedProfile('kpower-reference');
const numbers = (count: string): number[] => Array.from({ length: Number(count) }, (_, index) => index + 1);

const simulator = await startSimulator({
  logger: createLogger({ name: 'simulator', level: 'warn' }),
  control: { host: '127.0.0.1', port: 0 },
  lines: numbers(lines).map((line) => ({
    name: `line-${line}`,
    serial: { baudRate: 115_200, parity: 'none' as const, stopBits: 1 as const },
    paced: way === 'paced',
    ...(way === 'paced' ? { pty: {} } : { tcp: { host: '127.0.0.1', port: 0 } }),
    drives: numbers(drives).map((unit) => ({ name: `drive-${line}-${unit}`, unit, profile })),
  })),
});
const places =
  way === 'paced'
    ? [...simulator.ptys.values()]
    : [...simulator.tcps.values()].map(({ host, port }) => `${host}:${port}`);
process.on('disconnect', () => process.exit(0));
process.send?.(places);
