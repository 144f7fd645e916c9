import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { parseProfile, ProfileError, type Profile } from '../../../drivers/profile/index.ts';

const reference = readFileSync(new URL('../../../drivers/profiles/kpower-reference.yaml', import.meta.url), 'utf8');

type Change = readonly [from: string, to: string];

/** The reference file with lines exchanged; each `from` must occur. */
export function changed(...changes: readonly Change[]): string {
  return changes.reduce((text, [from, to]) => {
    expect(text).toContain(from);
    return text.replace(from, to);
  }, reference);
}

export const profileOf = (...changes: readonly Change[]): Profile => parseProfile(changed(...changes), 'some.yaml');

export function problemsOf(text: string): ProfileError['problems'] {
  try {
    parseProfile(text, 'some.yaml');
  } catch (error) {
    if (error instanceof ProfileError) return error.problems;
    throw error;
  }
  return [];
}

export const lineOf = (text: string, part: string): number => text.slice(0, text.indexOf(part)).split('\n').length;
