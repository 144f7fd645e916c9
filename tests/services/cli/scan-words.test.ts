import { expect, test } from 'vitest';
import { createScreen } from '../../../services/cli/screen.ts';
import { endText, foundText, inWords, mustBeMended, progressText } from '../../../services/cli/scan-words.ts';
import type { FoundDrive, ScanFinding, ScanReport } from '../../../services/contracts/index.ts';

const progress = { asked: 30, planned: 120, elapsedMs: 6100, remainingMs: 18_300, estimateMs: 24_400 };
const drive: FoundDrive = {
  port: '/dev/ttyUSB0',
  serial: { baudRate: 9600, parity: 'even', stopBits: 1 },
  unit: 7,
  profile: { id: 'mks-servo42d-57d', title: 'MKS', proven: true },
  alsoPossible: [],
  identity: { vendorId: null, productCode: null, firmware: '1.2', serialNumber: null },
};
const finding: ScanFinding = { kind: 'echo', port: '/dev/ttyUSB0', unit: null, text: 'it echoes', remedy: 'none' };
const report: ScanReport = { complete: true, drives: [drive], findings: [], yaml: null };

test('the bar says how far, how long, how much is left and what is found', () => {
  expect(progressText(progress, 2)).toBe('[######..................]  25 %  7 s of about 25 s, 19 s left, 2 found');
  expect(inWords(125_000)).toBe('2 min 05 s');
});

test('the end says the time beside the estimate', () => {
  expect(endText(report, { ...progress, elapsedMs: 22_150 })).toBe('1 drive found in 22.1 s (estimated 24.4 s).');
  expect(endText({ ...report, complete: false }, progress)).toMatch(/^Interrupted: 1 drive found/);
});

test('a drive is told with where it answers, what it is and how sure that is', () => {
  expect(foundText(drive)).toBe('+ /dev/ttyUSB0  9600 8E1  unit 7  mks-servo42d-57d, firmware 1.2');
  const unsure = { ...drive, profile: { ...drive.profile!, proven: false }, alsoPossible: ['leadshine-pr-rs'] };
  expect(foundText(unsure)).toContain('mks-servo42d-57d (nothing proves it, or leadshine-pr-rs)');
  expect(foundText({ ...drive, profile: null })).toContain('no profile knows it');
});

test('exit code 0 is for drives that can be used: an echo does not matter, two on one address do', () => {
  expect(mustBeMended(report)).toBe(false);
  expect(mustBeMended({ ...report, findings: [finding] })).toBe(false);
  expect(mustBeMended({ ...report, findings: [{ ...finding, kind: 'same-address' }] })).toBe(true);
  expect(mustBeMended({ ...report, drives: [] })).toBe(true);
  expect(mustBeMended({ ...report, complete: false })).toBe(true);
});

const written = (isTTY: boolean): string => {
  let text = '';
  const screen = createScreen({ isTTY, write: (more) => (text += more) });
  screen.status('one');
  screen.status('two');
  screen.say('found');
  return text;
};

test('on a terminal the bar is drawn over itself; elsewhere it is left out', () => {
  expect(written(true)).toBe('\r\u001b[Kone\r\u001b[Ktwo\r\u001b[Kfound\n');
  expect(written(false)).toBe('found\n');
});
