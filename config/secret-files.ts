import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { atValue, type ProblemAt } from './problem-at.ts';
import type { Secrets } from './resolve-site.ts';
import type { Draft } from './site-draft.ts';

const FILES = { password: 'passwordFile', ca: 'ca', cert: 'cert', key: 'key' } as const;

/** Reads the files that `mqtt` names: password, certificates, key. Each that cannot be read is a problem. */
export function readSecrets(
  mqtt: Draft,
  folder: string,
): { readonly secrets: Secrets; readonly problems: readonly ProblemAt[] } {
  const problems: ProblemAt[] = [];
  const contentOf = (secret: keyof typeof FILES): string | null => {
    const setting = FILES[secret];
    const path = mqtt[setting];
    if (typeof path !== 'string') return null;
    try {
      return readFileSync(resolve(folder, path), 'utf8').trimEnd();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      problems.push(atValue(['mqtt', setting], `found ${path}, expected a readable file: ${why}`));
      return null;
    }
  };
  const given = typeof mqtt['password'] === 'string' ? mqtt['password'] : null;
  const secrets = {
    password: contentOf('password') ?? given,
    ca: contentOf('ca'),
    cert: contentOf('cert'),
    key: contentOf('key'),
  };
  return { secrets, problems };
}
