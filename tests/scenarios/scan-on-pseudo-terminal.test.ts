import { afterEach, expect, test } from 'vitest';
import { systemClock } from '../../drivers/base/index.ts';
import { shippedProfile } from '../../drivers/profile/index.ts';
import { openSerial } from '../../drivers/transport/index.ts';
import { chosenUnits, likelyUnits, parseUnits, planScan, runScan } from '../../services/commissioning/index.ts';
import type { ScanEvent, ScanReport, SerialSettings } from '../../services/contracts/index.ts';
import { createWireTerminal, type Hung, type WireTerminal } from '../support/wire-terminal.ts';

// The search with everything that is real but the drives: the port is opened, set and locked by the operating system.

const at = (baudRate: number, parity: SerialSettings['parity'] = 'none'): SerialSettings => ({
  baudRate,
  parity,
  stopBits: 1,
});
const profiles = [shippedProfile('kpower-reference')];
/** Drives and searcher share one busy process. */
const PACE = { adapterLatencyMs: 100 };

let terminal: WireTerminal | undefined;
afterEach(() => terminal?.close());

async function scan(drives: readonly Hung[], prepare: (made: WireTerminal) => void = () => undefined): Promise<Trial> {
  const made = createWireTerminal(drives);
  terminal = made;
  prepare(made);
  const units = chosenUnits(parseUnits('1-3,7,200') ?? [], likelyUnits(profiles));
  const plan = planScan(profiles, { settings: [at(115_200), at(9600)], units });
  const events: ScanEvent[] = [];
  const open = (settings: SerialSettings): ReturnType<typeof openSerial> => {
    made.set(settings);
    return openSerial({ path: made.path, settings, clock: systemClock });
  };
  const { report } = await runScan({
    tasks: [{ port: made.path, open, plan, pace: PACE, expected: [] }],
    clock: systemClock,
    signal: new AbortController().signal,
    tell: (event) => events.push(event),
  });
  return { report, events };
}

interface Trial {
  readonly report: ScanReport;
  readonly events: readonly ScanEvent[];
}
const kinds = ({ report }: Trial): readonly string[] => report.findings.map(({ kind }) => kind);

test('drives at units 1, 7 and 200 on two baud rates are found, beside the time that was estimated', async () => {
  const trial = await scan([
    { unit: 1, serial: at(115_200) },
    { unit: 7, serial: at(9600) },
    { unit: 200, serial: at(115_200) },
  ]);

  expect(trial.report.drives.map(({ unit, serial }) => [unit, serial.baudRate])).toEqual([
    [1, 115_200],
    [200, 115_200],
    [7, 9600],
  ]);
  expect(kinds(trial)).toEqual(['mixed-serial']);
  const end = trial.events.at(-1);
  expect(end).toMatchObject({ event: 'ended', progress: { asked: 10, planned: 10, remainingMs: 0 } });
});

test('the right speed with the wrong parity is named', async () => {
  const trial = await scan([{ unit: 3, serial: at(9600, 'even') }]);

  expect(kinds(trial)).toEqual(['wrong-serial']);
  expect(trial.report.findings[0]?.text).toMatch(/garbled at 9600 8N1 and clear at 9600 8E1/);
});

test('two drives on one address are named', async () => {
  const trial = await scan([1, 2].map((number) => ({ unit: 3, serial: at(9600), serialNumber: number * 0x0123_4567 })));

  expect(kinds(trial)).toEqual(['same-address']);
});

test('an echoing adapter is named, and a silent line behind it', async () => {
  const trial = await scan([], (made) => made.wire.setEcho(true));

  expect(kinds(trial)).toEqual(['echo', 'silent-line']);
});
