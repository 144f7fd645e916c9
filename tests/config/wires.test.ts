import { describe, expect, test } from 'vitest';
import { GOOD, linesOf, siteOf } from './site-text.ts';

const real = (line: string): string => GOOD.replace('{ simulated: { baudRate: 115200 } }', line);
const withRight = (text: string, profile: string): string => text.replace(/(right:[^]*?profile: )\S+/, `$1${profile}`);
const dooya = (text: string, unit: string): string =>
  text
    .replaceAll('profile: kpower-reference', 'profile: dooya-rs485')
    .replace('unit: 1', `unit: ${unit}`)
    .replace('unit: 2', 'unit: 0x0101');

describe('drives on one wire', () => {
  test('of one framing only', () => {
    const text = withRight(GOOD, 'dooya-rs485').replace('unit: 2', 'unit: 0x3412');

    expect(linesOf(text)).toEqual([
      '13 drives.right.profile: dooya-rs485 speaks dooya, but "left" on line "bench" speaks rtu (profile kpower-reference); expected drives of one framing on a line',
    ]);
  });

  test('Modbus TCP carries no other framing; a serial server does', () => {
    const tcp = dooya(real('{ tcp: a:1 }'), '0x3412');

    expect(linesOf(tcp).filter((line) => line.includes('left'))).toEqual([
      '8 drives.left.profile: dooya-rs485 speaks dooya, which Modbus TCP cannot carry; write rtuOverTcp or serial',
    ]);
    expect(linesOf(tcp.replace('tcp:', 'rtuOverTcp:'))).toEqual([]);
  });

  test('that leave the factory with different settings need a word of the site file, setting by setting', () => {
    const text = withRight(real('{ serial: /dev/ttyUSB0 }'), 'kinco-fd5p').replaceAll(/, (max|gear)/g, ', $1');

    expect(linesOf(text)).toEqual([
      '3 lines.bench: its drives leave the factory with different settings (kpower-reference 115200, kinco-fd5p 19200); write baudRate: with what all of them are set to',
    ]);
    expect(linesOf(text.replace('/dev/ttyUSB0', '/dev/ttyUSB0, baudRate: 19200'))).toEqual([]);
  });

  test('a simulated line is set by itself: nothing contradicts', () => {
    expect(linesOf(withRight(GOOD, 'kinco-fd5p'))).toEqual([]);
  });

  test('settings that nobody writes are the factory’s', () => {
    const kinco = real('{ serial: /dev/ttyUSB0 }').replaceAll('kpower-reference', 'kinco-fd5p');

    expect(siteOf(kinco).lines.get('bench')?.serial).toEqual({ baudRate: 19200, parity: 'none', stopBits: 1 });
  });
});

describe('addresses', () => {
  test('are as wide as the framing has them', () => {
    expect(siteOf(dooya(GOOD, '0x3412')).drives.get('left')?.unit).toBe(0x3412);
  });

  test.each([
    ['0x0100', 'found unit 0x0100, expected 0x0101 to 0xFEFE (profile dooya-rs485)'],
    ['0x0200', 'found unit 0x0200, expected both bytes of the address from 01 to FE (profile dooya-rs485)'],
    ['0xFE00', 'found unit 0xFE00, expected both bytes of the address from 01 to FE (profile dooya-rs485)'],
  ])('%s is none of a Dooya drive', (unit, message) => {
    expect(linesOf(dooya(GOOD, unit))).toEqual([`7 drives.left.unit: ${message}`]);
  });

  test('a model with fewer addresses than Modbus is held to them', () => {
    const leadshine = GOOD.replaceAll('kpower-reference', 'leadshine-pr-rs').replace('unit: 2', 'unit: 32');

    expect(linesOf(leadshine)).toEqual([
      '12 drives.right.unit: found unit 32, expected 1 to 31 (profile leadshine-pr-rs)',
    ]);
  });
});
