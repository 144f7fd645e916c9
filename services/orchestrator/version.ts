import { existsSync, readFileSync } from 'node:fs';

/** Beside the sources, or one folder higher for the compiled code. */
const PLACES = ['../../package.json', '../../../package.json'] as const;

/** Version of this program as its package says; `unknown` where it was copied without one. */
export function readVersion(): string {
  const place = PLACES.map((path) => new URL(path, import.meta.url)).find((path) => existsSync(path));
  if (place === undefined) return 'unknown';
  const content: unknown = JSON.parse(readFileSync(place, 'utf8'));
  const hasVersion = typeof content === 'object' && content !== null && 'version' in content;
  return hasVersion ? String(content.version) : 'unknown';
}
