import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { atValue, type ProblemAt } from './problem-at.ts';
import type { Secrets } from './resolve-site.ts';
import type { SiteDraft } from './site-draft.ts';

const FILES = {
  password: ['mqtt', 'passwordFile'],
  ca: ['mqtt', 'ca'],
  cert: ['mqtt', 'cert'],
  key: ['mqtt', 'key'],
  storeToken: ['store', 'tokenFile'],
} as const;

const given = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** Reads the files that hold credentials: of the broker, and of the store's server. Each that cannot be read is a problem. */
export function readSecrets(
  draft: Pick<SiteDraft, 'mqtt' | 'store'>,
  folder: string,
): { readonly secrets: Secrets; readonly problems: readonly ProblemAt[] } {
  const problems: ProblemAt[] = [];
  const contentOf = (secret: keyof typeof FILES): string | null => {
    const [section, setting] = FILES[secret];
    const path = draft[section][setting];
    if (typeof path !== 'string') return null;
    try {
      return readFileSync(resolve(folder, path), 'utf8').trimEnd();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      problems.push(atValue([section, setting], `found ${path}, expected a readable file: ${why}`));
      return null;
    }
  };
  const secrets = {
    password: contentOf('password') ?? given(draft.mqtt['password']),
    ca: contentOf('ca'),
    cert: contentOf('cert'),
    key: contentOf('key'),
    storeToken: contentOf('storeToken') ?? given(draft.store['token']),
  };
  return { secrets, problems };
}
