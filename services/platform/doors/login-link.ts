import type { Role } from '../../contracts/index.ts';
import type { Access } from './access.ts';

/** The URL that opens the page: with a code that works once where tokens are asked for. */
export function loginLink(baseUrl: string, access: Access, role: Role = 'engineer'): string {
  return access.kind === 'open' ? `${baseUrl}/` : `${baseUrl}/login?code=${access.sessions.mint(role)}`;
}
