import { z } from 'zod';
import { SiteFile } from './site-file.ts';

/** The shape of a site file for editors; what must hold between its parts, only `kmotion check` can say. */
export function siteJsonSchema(): string {
  const schema = z.toJSONSchema(SiteFile, { io: 'input', target: 'draft-7' });
  return `${JSON.stringify({ title: 'kmotion site', ...schema }, null, 2)}\n`;
}
