import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadSite, SiteError, type Environment, type Site } from '../../config/index.ts';
import { shippedFolder } from '../../drivers/profile/index.ts';
import { changed } from '../drivers/profile/profile-text.ts';
import { GOOD } from './site-text.ts';

const folder = mkdtempSync(join(tmpdir(), 'kmotion-own-profiles-'));
afterAll(() => rmSync(folder, { recursive: true }));

const mine = changed(['id: kpower-reference', 'id: my-drive'], ['placeholder: true', 'placeholder: false']);

function write(path: string, text: string): string {
  const whole = join(folder, path);
  mkdirSync(join(whole, '..'), { recursive: true });
  writeFileSync(whole, text);
  return whole;
}

/** A site whose drives have this profile, and what stands at its end. */
const siteText = (profile: string, more: string): string =>
  `${GOOD.replaceAll('profile: kpower-reference', `profile: ${profile}`)}${more}\n`;

async function load(text: string, environment: Environment = {}): Promise<Site> {
  return loadSite(write('site.yaml', text), environment);
}

const problems = async (text: string, environment?: Environment): Promise<readonly string[]> =>
  load(text, environment).then(
    () => [],
    (error: unknown) => {
      if (!(error instanceof SiteError)) throw error;
      return error.problems.map(({ line, path, message }) => `${line} ${path}: ${message}`);
    },
  );

describe('profiles of the user’s own', () => {
  test('are known by their ids, from one folder or several, beside the shipped ones', async () => {
    write('one/any-name.yaml', mine);
    write('two/other.yml', mine.replace('id: my-drive', 'id: other-drive'));
    write('two/notes.txt', 'id: kpower-reference');

    const one = await load(siteText('my-drive', 'profiles: ./one'));
    const two = await load(siteText('other-drive', 'profiles: [one, two]'));
    const shipped = await load(siteText('kpower-reference', 'profiles: one'));

    expect([one, two, shipped].map((site) => site.drives.get('left')?.profile.id)).toEqual([
      'my-drive',
      'other-drive',
      'kpower-reference',
    ]);
  });

  test('an unknown id is told with theirs', async () => {
    write('one/any-name.yaml', mine);

    expect((await problems(siteText('my-drve', 'profiles: one')))[0]).toMatch(
      /^8 drives.left.profile: unknown profile "my-drve"; did you mean "my-drive"\?; expected one of .*kpower-reference.*, my-drive, or the path/,
    );
  });

  test('an id that stands twice is refused with both places, also when one of them is shipped', async () => {
    const first = write('one/any-name.yaml', mine);
    const again = write('three/again.yaml', mine);
    const shipped = write('four/shipped.yaml', mine.replace('id: my-drive', 'id: kpower-reference'));

    expect(await problems(siteText('my-drive', 'profiles: [one, three]'))).toEqual([
      `17 profiles: the profile "my-drive" is in ${first} and in ${again}; expected each id once: give one of them another`,
    ]);
    expect(await problems(siteText('kpower-reference', 'profiles: four'))).toEqual([
      `17 profiles: the profile "kpower-reference" is in ${join(shippedFolder(), 'kpower-reference.yaml')} and in ${shipped}; expected each id once: give one of them another`,
    ]);
  });

  test('a folder named twice is no id twice', async () => {
    write('one/any-name.yaml', mine);

    expect(await problems(siteText('my-drive', 'profiles: [one, ./one]'))).toEqual([]);
  });

  test('one that is wrong is told with every place in its own file, and hinders nobody who does not use it', async () => {
    const wrong = write(
      'five/wrong.yaml',
      mine.replace('id: my-drive', 'id: wrong').replace('minMs: 50', 'minMs: 59999'),
    );

    expect((await problems(siteText('wrong', 'profiles: five')))[0]).toContain(`${wrong}:`);
    expect(await problems(siteText('kpower-reference', 'profiles: five'))).toEqual([]);
  });

  test('a folder that is not there is told', async () => {
    expect((await problems(siteText('kpower-reference', 'profiles: nowhere')))[0]).toMatch(
      /^17 profiles: found "nowhere", expected a folder with profile files: ENOENT/,
    );
  });

  test('the folder can come from the environment, seen from where the program was started', async () => {
    write('one/any-name.yaml', mine);

    const site = await load(siteText('my-drive', ''), {
      KMOTION_PROFILES: relative(process.cwd(), join(folder, 'one')),
    });

    expect(site.drives.get('left')?.profile.id).toBe('my-drive');
  });
});
