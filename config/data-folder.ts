import { join } from 'node:path';
import type { Environment } from './environment.ts';

/** What is asked of the machine to find the place for a program's lasting state. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly environment: Environment;
}

/** XDG base directories on Linux, the customs of the house on macOS and Windows. */
export function defaultDataFolder(siteId: string, { platform, home, environment }: Machine): string {
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'kmotion', siteId);
  if (platform === 'win32')
    return join(environment['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'kmotion', siteId);
  const state = environment['XDG_STATE_HOME'];
  // XDG: a relative path in these variables is invalid and is ignored.
  const folder = state?.startsWith('/') === true ? state : join(home, '.local', 'state');
  return join(folder, 'kmotion', siteId);
}
