import { systemClock } from '../../../drivers/base/index.ts';
import { Profile } from '../../../drivers/profile/index.ts';
import { createLogger } from '../../../services/platform/process/index.ts';
import { startSimulator } from '../../../simulator/process.ts';

// One simulated drive on a pseudo-terminal, as a process of its own: BAUD (0 is unpaced). Prints the device's path; ends
// with its stdin. Its registers 100 to 109 hold 100 to 109, as the C slave's do.
const baudRate = Number(process.argv[2] ?? 0);
const register = (address: number): object => ({ address, type: 'u32', access: 'read-write', see: 'benchmark' });
const pairAt = (address: number): number => address * 0x1_0000 + address + 1;
const profile = Profile.parse({
  id: 'bench',
  title: 'Ten registers that hold their own addresses',
  scheme: 'cia402',
  source: 'benchmark',
  confidence: 'own',
  serial: { baudRate: 115_200, parity: 'none', stopBits: 1 },
  timing: { turnaroundMs: 4, interFrameGapMs: 0, bootMs: 0 },
  limits: { maxReadRegisters: 64, maxWriteRegisters: 32, maxMergeGap: 0 },
  broadcast: 'obeyed',
  wordOrder: 'high-first',
  countsPerRevolution: 10_000,
  verbs: [],
  identity: { match: {} },
  watchdog: null,
  registers: {
    profileVelocity: register(100),
    profileAcceleration: register(102),
    profileDeceleration: register(104),
    quickStopDeceleration: register(106),
    homingAcceleration: register(108),
  },
  resetValues: {
    profileVelocity: pairAt(100),
    profileAcceleration: pairAt(102),
    profileDeceleration: pairAt(104),
    quickStopDeceleration: pairAt(106),
    homingAcceleration: pairAt(108),
  },
  faults: [],
});

const simulator = await startSimulator({
  clock: systemClock,
  logger: createLogger({ name: 'simulator' }),
  control: { host: '127.0.0.1', port: 0 },
  lines: [
    {
      name: 'bench',
      serial: { baudRate: baudRate || 115_200, parity: 'none', stopBits: 1 },
      paced: baudRate > 0,
      answerDelayMs: 0,
      pty: {},
      drives: [{ name: 'drive', unit: 1, profile }],
    },
  ],
});
process.stdout.write(`${simulator.ptys.get('bench') ?? ''}\n`);
process.stdin.resume().once('end', () => void simulator.close().then(() => process.exit(0)));
