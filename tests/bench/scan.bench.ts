import { systemClock } from '../../drivers/base/index.ts';
import { shippedProfile, shippedProfileIds, type Profile } from '../../drivers/profile/index.ts';
import { openSerial } from '../../drivers/transport/index.ts';
import {
  chosenUnits,
  likelySerials,
  likelyUnits,
  parseUnits,
  planScan,
  runScan,
} from '../../services/commissioning/index.ts';
import type { ScanEvent, ScanProgress, SerialSettings } from '../../services/contracts/index.ts';
import { createWireTerminal, type Hung } from '../support/wire-terminal.ts';
import type { Bench, Figure } from './bench.ts';

const at = (baudRate: number): SerialSettings => ({ baudRate, parity: 'none', stopBits: 1 });
/** As an adapter that batches for 16 ms, with some room for a machine that plays the drives itself. */
const PACE = { adapterLatencyMs: 30 };

interface Searched {
  readonly drives: Hung[];
  readonly profiles: readonly Profile[];
  readonly settings: readonly SerialSettings[];
  readonly units?: string;
}

/** Searches on a real pseudo-terminal, its drives paced as a wire would. */
export const bench: Bench = {
  name: 'scan',
  what: 'searching a line for drives: the time it took beside the estimate that was told before',
  async run() {
    const reference = [shippedProfile('kpower-reference')];
    const two = [at(115_200), at(9600)];
    const drives = [
      { unit: 1, serial: at(115_200) },
      { unit: 7, serial: at(9600) },
      { unit: 200, serial: at(115_200) },
    ];
    const all = shippedProfileIds().map(shippedProfile);
    return [
      ...(await search('units 1-247, 2 settings, drives at 1, 7, 200', {
        drives,
        profiles: reference,
        settings: two,
        units: '1-247',
      })),
      ...(await search('likely units, 2 settings, silent line', { drives: [], profiles: reference, settings: two })),
      ...(await search('likely units, every shipped profile, silent line', {
        drives: [],
        profiles: all,
        settings: likelySerials(all),
      })),
      ...(await search('likely units, every shipped profile, drives at 1, 7', {
        drives: drives.slice(0, 2),
        profiles: all,
        settings: likelySerials(all),
      })),
    ];
  },
};

async function search(what: string, { drives, profiles, settings, units }: Searched): Promise<readonly Figure[]> {
  const terminal = createWireTerminal(drives, true);
  const likely = likelyUnits(profiles);
  const plan = planScan(profiles, {
    settings,
    units: units === undefined ? likely : chosenUnits(parseUnits(units) ?? [], likely),
  });
  let last: ScanProgress | undefined;
  const tell = (event: ScanEvent): void => {
    if ('progress' in event) last = event.progress;
  };
  const open = (serial: SerialSettings): ReturnType<typeof openSerial> => {
    terminal.set(serial);
    return openSerial({ path: terminal.path, settings: serial, clock: systemClock });
  };
  const task = { port: terminal.path, open, plan, pace: PACE, expected: [] };
  const { report } = await runScan({ tasks: [task], clock: systemClock, signal: new AbortController().signal, tell });
  terminal.close();
  const { elapsedMs = Number.NaN, estimateMs = Number.NaN, planned = 0 } = last ?? {};
  return [
    { measure: `${what}: took`, value: elapsedMs, unit: 'ms', note: `${planned} questions` },
    { measure: `${what}: estimated`, value: estimateMs, unit: 'ms' },
    { measure: `${what}: took / estimated`, value: elapsedMs / estimateMs, unit: 'ratio', atMost: 1.25 },
    { measure: `${what}: found`, value: report.drives.length, unit: '', atLeast: drives.length, atMost: drives.length },
  ];
}
