import { z } from 'zod';
import { Profile } from './profile.ts';

/** The shape of a profile for editors; what contradicts what, only `kmotion check` can say. */
export function profileJsonSchema(): string {
  const schema = z.toJSONSchema(Profile, { io: 'input', target: 'draft-7' });
  return `${JSON.stringify({ title: 'kmotion drive profile', ...schema }, null, 2)}\n`;
}
