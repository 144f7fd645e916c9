import type { AedesOptions, Client } from 'aedes';
import type { Access, RouteRole } from '../platform/doors/index.ts';
import type { Logger } from '../platform/process/index.ts';
import { mayPublish, maySubscribe } from './permissions.ts';

type TokenAccess = Extract<Access, { kind: 'tokens' }>;
type Hook<Name extends keyof AedesOptions> = NonNullable<AedesOptions[Name]>;

/** The three questions that the broker asks before it does anything for a client. */
export interface Guard {
  readonly authenticate: Hook<'authenticate'>;
  readonly authorizePublish: Hook<'authorizePublish'>;
  readonly authorizeSubscribe: Hook<'authorizeSubscribe'>;
}

interface GuardOptions {
  readonly access: TokenAccess;
  /** Root of the site's topics. */
  readonly root: string;
  readonly logger: Logger;
}

/** CONNACK of 3.1.1; to MQTT 5 clients the library says 0x86 and 0x87. */
const BAD_PASSWORD = 4;
const NOT_AUTHORIZED = 5;

/**
 * Lets in who shows a token as password, whatever the user name, and then lets do what the token's role may. MQTT 5
 * clients are told 0x87 for what is refused; a 3.1.1 client is cut off for publishing, for its protocol has no word for no.
 */
export function createGuard({ access, root, logger }: GuardOptions): Guard {
  const roles = new WeakMap<Client, RouteRole>();
  const tell = oncePerClient((client, what) => logger.warn({ client, ...what }, 'refused an MQTT client'));
  const roleOf = (client: Client | null): RouteRole => (client && roles.get(client)) ?? 'public';

  return {
    authenticate(...[client, , password, done]) {
      const role = password === undefined ? null : access.verify(password.toString());
      if (role !== null) {
        roles.set(client, role);
        return done(null, true);
      }
      const [returnCode, reason] =
        password === undefined ? [NOT_AUTHORIZED, 'it shows no token as password'] : [BAD_PASSWORD, 'unknown token'];
      tell(client, { reason });
      done(Object.assign(new Error(reason), { returnCode }), null);
    },
    authorizePublish(client, { topic, properties }, done) {
      const role = roleOf(client);
      if (mayPublish(role, { topic, responseTopic: properties?.responseTopic }, root)) return done();
      if (client !== null) tell(client, { role, publishes: topic });
      done(new Error(`a token of the ${role} may not publish this`));
    },
    authorizeSubscribe(client, subscription, done) {
      const role = roleOf(client);
      if (maySubscribe(role, subscription.topic)) return done(null, subscription);
      tell(client, { role, subscribes: subscription.topic });
      done(null, null);
    },
  };
}

/** So many client ids are remembered; a flood of new ones cannot fill the memory. */
const MAX_TOLD = 1024;

/** A client that tries again and again is one line, told by its id: each attempt is a new connection. */
function oncePerClient(
  tell: (name: string, what: Readonly<Record<string, string>>) => void,
): (client: Client, what: Readonly<Record<string, string>>) => void {
  const told = new Set<string>();
  return (client, what) => {
    const name = nameOf(client);
    const line = `${name} ${what['reason'] ?? ''}`;
    if (told.has(line)) return;
    if (told.size >= MAX_TOLD) told.clear();
    told.add(line);
    tell(name, what);
  };
}

/** The library makes a new name for every connection of a client that has none. */
const nameOf = ({ id }: Client): string => (id.startsWith('aedes_') ? 'without an id' : id.slice(0, 128));
