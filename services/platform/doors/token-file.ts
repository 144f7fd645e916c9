import { link, mkdir, open, readFile, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Role } from '../../contracts/index.ts';
import { createTokenAccess, newToken, type TokenAccess } from './access.ts';
import { StartError } from '../process/start-error.ts';

/** The site's tokens, one for each role; its processes read them from the same file to call each other. */
export interface TokenFile extends TokenAccess {
  /** This call made the file. */
  readonly created: boolean;
  readonly path: string;
  tokenOf(role: Role): string;
}

const Token = z.string().min(32).max(256);
const Tokens = z.strictObject({ viewer: Token, operator: Token, engineer: Token, admin: Token });

/**
 * Reads the token file, or makes it with random 256-bit tokens, readable by its owner only.
 * @throws StartError when it cannot be read or made, is readable by others, or is not a token file
 */
export async function openTokenFile(path: string): Promise<TokenFile> {
  const created = await createIfMissing(path);
  const tokens = await read(path);
  return { ...createTokenAccess(tokens), created, path, tokenOf: (role) => tokens[role] };
}

async function read(path: string): Promise<z.infer<typeof Tokens>> {
  const text = await orStartError(`cannot read the token file ${path}`, async () => {
    const { mode } = await stat(path);
    // Windows has no such bits; there the folder's rights hold.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0)
      throw new StartError(`others may read the token file ${path}: run chmod 600 ${path}`);
    return readFile(path, 'utf8');
  });
  const parsed = Tokens.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  throw new StartError(
    `${path} is not a token file (viewer, operator, engineer, admin): delete it and a new one is made`,
  );
}

/** Several processes of a site may come here at once: the first link wins, the others read its file. */
async function createIfMissing(path: string): Promise<boolean> {
  return orStartError(`cannot make the token file ${path}`, async () => {
    if (await exists(path)) return false;
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const draft = `${path}.${newToken().slice(0, 12)}`;
    await writeDraft(draft);
    try {
      await link(draft, path);
      return true;
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return false;
      throw error;
    } finally {
      await unlink(draft);
    }
  });
}

async function writeDraft(draft: string): Promise<void> {
  const roles: readonly Role[] = ['viewer', 'operator', 'engineer', 'admin'];
  const tokens = Object.fromEntries(roles.map((role) => [role, newToken()]));
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(tokens, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

async function orStartError<T>(what: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    if (cause instanceof StartError) throw cause;
    throw new StartError(`${what} (${codeOf(cause)}): check its folder and the rights of this user`, { cause });
  }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : String(error);

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
