import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { shippedFolder, shippedProfileIds } from '../../../drivers/profile/index.ts';
import { checkFile } from '../../../services/cli/check-file.ts';
import { changed, lineOf } from '../../drivers/profile/profile-text.ts';

const folder = mkdtempSync(join(tmpdir(), 'kmotion-check-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(text: string, name = 'file.yaml'): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

describe('kmotion check on a profile', () => {
  test.each(shippedProfileIds())('%s, as it is shipped, is right', async (id) => {
    const { isRight, forPeople } = await checkFile(join(shippedFolder(), `${id}.yaml`));

    expect(forPeople).toContain(`profile     ${id}: `);
    expect(isRight).toBe(true);
  });

  test('says verbs, polls as frames with their time on the wire, and facts that are only concluded', async () => {
    const path = fileWith(
      changed(
        [
          'temperature: { address: 0x0012, type: i16',
          'temperature: { confidence: inferred, address: 0x0012, type: i16',
        ],
        ['home, setPosition, halt', 'halt'],
        ['resetValues:\n', "deny: [{ address: 0x31, why: 'saved' }]\nresetValues:\n"],
      ),
    );

    const { forPeople } = await checkFile(path);

    expect(forPeople.split('\n').map((line) => line.trim())).toEqual([
      `${path} is right`,
      'profile     kpower-reference: Kpower compact drive, reference map (placeholder); a placeholder, no map of the maker',
      'scheme      cia402',
      'line        115200 8N1, rtu, units 1 to 247, 1 from the factory',
      'verbs       enable, disable, resetFault, moveTo, arm, moveVelocity, halt, quickStop; it lacks home, setPosition',
      'fast poll   1 read, 7.4 ms on the wire at most: 135 readings a second at least',
      'holding 0x0000 13 registers    7.4 ms  statusword modeDisplay actualPosition actualVelocity followingError errorCode digitalInputs actualTorque setpointCounter bootCounter',
      'slow poll   1 read, 5.5 ms on the wire at most',
      'holding 0x0012 2 registers     5.5 ms  temperature supplyVoltage',
      'watchdog    1000 ms unless told, 50 to 60000 ms',
      'refused     writes to 0x0031',
      'inferred    registers.temperature (own register)',
    ]);
  });

  test('says every problem with its line, in the form of which terminals make a link', async () => {
    const text = changed(
      ['modeDisplay: { address: 0x0001', 'modeDisplay: { address: 0x0003'],
      ['actualTorque: { address: 0x000A, type', 'actualTorque: { adress: 0x000A, type'],
    );
    const path = fileWith(text);

    const { isRight, forPeople } = await checkFile(path);

    expect(isRight).toBe(false);
    expect(forPeople.split('\n').map((line) => line.replace(/:\d+ /, ' '))).toEqual([
      `${path}:${lineOf(text, 'modeDisplay: {')} registers.modeDisplay.address: expected a register of its own: 0x0003 belongs to actualPosition (0x0002 to 0x0003)`,
      `${path}:${lineOf(text, 'adress')} registers.actualTorque.address: expected number, received undefined`,
      expect.stringMatching(/registers.actualTorque.adress: expected no key "adress" here; did you mean "address"\?/),
      '3 problems',
    ]);
  });

  test('for machines: the same as data', async () => {
    const text = changed(['minMs: 50', 'minMs: 59999']);
    const wrong = await checkFile(fileWith(text));
    const right = await checkFile(fileWith(changed()));

    expect(wrong.forMachines).toMatchObject({
      ok: false,
      problems: [{ path: 'watchdog', line: lineOf(text, 'watchdog:') }],
    });
    expect(right.forMachines).toMatchObject({
      ok: true,
      problems: [],
      profile: { id: 'kpower-reference', fastPoll: { reads: [{ address: 0, count: 13 }] }, inferred: [] },
    });
  });
});

describe('which of the two a file is', () => {
  test('its keys tell, whatever its name and however wrong it is', async () => {
    const profile = await checkFile(fileWith('registers: {}\nscheme: none\n', 'site.yaml'));
    const site = await checkFile(fileWith('site: a\ndrives: {}\n', 'profile.yaml'));

    expect(profile.forPeople).toContain('wordOrder: expected ');
    expect(site.forPeople).toContain('lines: is missing');
  });

  test('a site is said to be right, and no more', async () => {
    expect((await checkFile('config/demo.yaml')).forPeople).toBe('config/demo.yaml is right');
  });

  test('a file that is missing is told as such', async () => {
    expect((await checkFile(join(folder, 'none.yaml'))).forPeople).toContain('there is no such file');
  });
});
