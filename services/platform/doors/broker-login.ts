import type { TokenFile } from './token-file.ts';

/** What a client shows to a broker; null where nothing is set. */
interface BrokerLogin {
  readonly username: string | null;
  readonly password: string | null;
}

interface BrokerAddress extends BrokerLogin {
  /** `embedded`: this site's own broker. */
  readonly url: string;
}

/**
 * How the site's own processes come in: to the embedded broker with the admin's token, for only they may say what the
 * drives do; to any other with what the site file sets.
 */
export function brokerLogin({ url, username, password }: BrokerAddress, tokens: TokenFile | null): BrokerLogin {
  if (url !== 'embedded') return { username, password };
  return tokens === null
    ? { username: null, password: null }
    : { username: 'admin', password: tokens.tokenOf('admin') };
}
