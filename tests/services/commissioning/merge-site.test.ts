import { expect, test } from 'vitest';
import { parseSite } from '../../../config/index.ts';
import { emptySite, mergeSite, type Contradicted } from '../../../services/commissioning/index.ts';
import type { SuggestedLine } from '../../../services/commissioning/scan/suggest-site.ts';

const PORT = '/dev/serial/by-id/usb-FTDI_A';
const drive = (unit: number): SuggestedLine['drives'][number] => ({
  id: `drive-${unit}`,
  unit,
  profile: 'kpower-reference',
  remarks: ['a placeholder map'],
  channel: null,
});
const found: SuggestedLine = {
  id: 'line',
  port: PORT,
  serial: { baudRate: 115_200, parity: 'even', stopBits: 1 },
  drives: [drive(1), drive(7)],
};
const never = (): boolean => false;

test('an empty site becomes one that is right', () => {
  const { text, added } = mergeSite(emptySite('workshop'), [found], { lineOfPort: () => null, mayChange: never });

  expect(added).toEqual(['lines.line', 'drives.drive-1', 'drives.drive-7']);
  const site = parseSite(text, { file: '/etc/site.yaml', environment: {} });
  expect(site.lines.get('line')).toMatchObject({
    way: { port: { path: PORT } },
    serial: { baudRate: 115_200, parity: 'even', stopBits: 1 },
  });
  expect([...site.drives.values()].map(({ unit }) => unit)).toEqual([1, 7]);
  expect(text).toContain('# a placeholder map\n  drive-1:');
});

const WRITTEN = `site: workshop # ours
lines:
  # the lift
  lift: { serial: ${PORT}, baudRate: 9600 } # old
drives:
  left: # stays
    line: lift
    unit: 1
    profile: kpower-reference
    axis: { unit: mm, travelPerRevolution: 5, range: [0, 400], maxVelocity: 50, maxAcceleration: 200 } # measured
`;

test('in a written file comments, order and every value stay; only what is new is added', () => {
  const { text, added, kept } = mergeSite(WRITTEN, [found], { lineOfPort: () => 'lift', mayChange: never });

  expect(text.startsWith(WRITTEN.replace('baudRate: 9600', 'baudRate: 9600, parity: even, stopBits: 1'))).toBe(true);
  expect(added).toEqual(['lines.lift.parity', 'lines.lift.stopBits', 'drives.drive-7']);
  expect(kept).toEqual([{ path: ['lines', 'lift', 'baudRate'], has: 9600, found: 115_200 }]);
  const site = parseSite(text, { file: '/etc/site.yaml', environment: {} });
  expect([...site.drives.values()].map(({ id, line, unit }) => [id, line, unit])).toEqual([
    ['left', 'lift', 1],
    ['drive-7', 'lift', 7],
  ]);
});

test('a value that the scan contradicts is changed only when somebody says so', () => {
  const asked: Contradicted[] = [];
  const mayChange = (contradicted: Contradicted): boolean => asked.push(contradicted) > 0;

  const { text, kept } = mergeSite(WRITTEN, [found], { lineOfPort: () => 'lift', mayChange });

  expect(asked).toEqual([{ path: ['lines', 'lift', 'baudRate'], has: 9600, found: 115_200 }]);
  expect(kept).toEqual([]);
  expect(text).toContain('baudRate: 115200');
});

test('a second run adds nothing', () => {
  const options = { lineOfPort: (port: string) => (port === PORT ? 'line' : null), mayChange: never };
  const first = mergeSite(emptySite('workshop'), [found], { ...options, lineOfPort: () => null });

  const second = mergeSite(first.text, [found], options);

  expect(second).toEqual({ text: first.text, added: [], kept: [] });
});

test('a name that is taken is given a number, and what no profile knows is not written', () => {
  const other = { ...found, port: '/dev/ttyUSB1', drives: [drive(1), { ...drive(2), profile: null }] };
  const first = mergeSite(emptySite('workshop'), [found], { lineOfPort: () => null, mayChange: never });

  const { added } = mergeSite(first.text, [other], { lineOfPort: () => null, mayChange: never });

  expect(added).toEqual(['lines.line-2', 'drives.drive-1-2']);
});
