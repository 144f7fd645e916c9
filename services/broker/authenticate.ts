import { createHash, timingSafeEqual } from 'node:crypto';
import type { AedesOptions } from 'aedes';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

const digest = (text: string | Buffer): Buffer => createHash('sha256').update(text).digest();

/** Lets in who shows the one user name and password; compared as digests, so that time tells nothing. */
export function createAuthenticate(expected: Credentials): NonNullable<AedesOptions['authenticate']> {
  const [username, password] = [digest(expected.username), digest(expected.password)];
  return (...[, givenName, givenPassword, done]) => {
    const isName = timingSafeEqual(username, digest(givenName ?? ''));
    const isPassword = timingSafeEqual(password, digest(givenPassword ?? ''));
    if (isName && isPassword) return done(null, true);
    // 4: bad user name or password
    done(Object.assign(new Error('bad user name or password'), { returnCode: 4 }), null);
  };
}
