import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadProfile, shippedProfile, shippedProfileIds } from '../../../drivers/profile/index.ts';
import { changed, lineOf, problemsOf } from './profile-text.ts';

describe('profile files', () => {
  test('every shipped profile is sound and bears the name of its file', () => {
    expect(shippedProfileIds()).toContain('kpower-reference');
    for (const id of shippedProfileIds()) expect(shippedProfile(id).id).toBe(id);
  });

  test('a profile of the user’s own is read from any place', () => {
    const folder = mkdtempSync(join(tmpdir(), 'profile-'));
    const path = join(folder, 'own.yaml');
    writeFileSync(path, changed(['id: kpower-reference', 'id: own']));

    expect(loadProfile(path).id).toBe('own');
    rmSync(folder, { recursive: true });
  });

  test('an unknown id names the known ones; a missing file says so', () => {
    expect(() => shippedProfile('../secret')).toThrow(/kpower-reference/);
    expect(() => loadProfile('/does/not/exist.yaml')).toThrow(/ENOENT/);
  });

  test('all errors of shape are told at once, each with line, column, path and what was expected', () => {
    const text = changed(
      ['baudRate: 115200', 'baudRate: "fast"'],
      ['broadcast: obeyed', 'broadcast: sometimes'],
      ['wordOrder: high-first\n', ''],
      ['temperature: { address: 0x0012, type: i16', 'temperature: { adress: 0x0012, type: i17'],
    );

    const problems = problemsOf(text);

    const line = lineOf(text, 'adress');
    expect(problems.map(({ path }) => path).toSorted()).toEqual([
      'broadcast',
      'registers.temperature.address',
      'registers.temperature.adress',
      'registers.temperature.type',
      'serial.baudRate',
      'wordOrder',
    ]);
    expect(problems.find(({ path }) => path === 'serial.baudRate')).toMatchObject({
      line: lineOf(text, '"fast"'),
      column: text.split('\n')[lineOf(text, '"fast"') - 1]!.indexOf('"fast"') + 1,
      expected: expect.stringContaining('number') as string,
    });
    expect(problems.find(({ path }) => path === 'registers.temperature.adress')).toMatchObject({ line });
    expect(problems.find(({ path }) => path === 'registers.temperature.address')).toMatchObject({ line });
  });

  test('registers that overlap are found at the register that comes second', () => {
    const text = changed(['modeDisplay: { address: 0x0001', 'modeDisplay: { address: 0x0003']);

    expect(problemsOf(text)).toEqual([
      {
        line: lineOf(text, 'modeDisplay: { address'),
        column: expect.any(Number) as number,
        path: 'registers.modeDisplay.address',
        expected: expect.stringContaining('actualPosition') as string,
      },
    ]);
  });

  test('a verb whose registers are missing is found, with the names of the registers', () => {
    const text = changed([
      '  homingMethod: { address: 0x0034, type: i16, access: read-write',
      '  homingMethod: { address: 0x0034, type: i16, access: read',
    ]);

    const problems = problemsOf(text);

    expect(problems.map(({ path }) => path)).toEqual(['verbs.6', 'verbs.7']);
    for (const { expected } of problems) expect(expected).toContain('homingMethod');
  });

  test.each([
    [
      'a status that is not polled',
      ["poll: fast, see: 'object 6041h'", "poll: slow, see: 'object 6041h'"],
      'registers.statusword',
    ],
    [
      'a mode of operation that no poll shows',
      ["poll: fast, see: 'object 6061h'", "see: 'object 6061h'"],
      'registers.modeOfOperation',
    ],
    ['a poll of what cannot be read', ["see: 'object 6040h'", "poll: slow, see: 'object 6040h'"], null],
    ['a watchdog out of its range', ['minMs: 50', 'minMs: 59999'], 'watchdog'],
    [
      'an identity that cannot be read',
      ['match: { vendorId', 'match: { groupTrigger: 1, vendorId'],
      'identity.match.groupTrigger',
    ],
    ['a reset value that does not fit', ['  modeDisplay: 1', '  modeDisplay: 40000'], 'resetValues.modeDisplay'],
    ['a fault listed twice', ['code: 0x3220', 'code: 0x3210'], 'faults.2.code'],
    [
      'an input register that is written',
      ['access: read-write, unit: ms', 'access: read-write, table: input, unit: ms'],
      'registers.watchdogTimeout.access',
    ],
    ['a scheme without its facts', ['cia402:\n', 'x-cia402:\n'], 'x-cia402'],
    ['setPosition without a method for it', ['27, 35, 37]', '27]'], 'homingMethods'],
    [
      'a value past the last register',
      ['controlword: { address: 0x0020, type: u16', 'controlword: { address: 0xFFFF, type: u32'],
      'registers.controlword.address',
    ],
  ] as const)('%s is refused', (_, change, path) => {
    const problems = problemsOf(changed(change));

    expect(problems.map((problem) => problem.path)).toEqual(path === null ? [] : [path]);
  });

  test('text that is not YAML is told with its place, and a key given twice too', () => {
    expect(problemsOf('id: [')[0]).toMatchObject({ line: 1 });
    expect(problemsOf(changed(['id: kpower-reference', 'id: a\nid: b']))).toHaveLength(1);
  });

  test('a bomb of aliases is refused', () => {
    const rows = Array.from({ length: 12 }, (_, row) =>
      row === 0 ? 'a0: &a0 [x]' : `a${row}: &a${row} [${Array.from({ length: 9 }, () => `*a${row - 1}`).join(', ')}]`,
    );

    expect(problemsOf(rows.join('\n'))[0]!.expected).toContain('aliases');
  });
});
