import { CommandFailure } from './failure.ts';

/** Options of the commands that talk to a running site. */
export interface ClientOptions {
  readonly url: string;
  readonly token?: string;
  readonly json?: true;
}

interface Call {
  readonly method?: 'GET' | 'POST';
  readonly body?: unknown;
  /** Ask the server to answer only when the command has ended, at most so long. */
  readonly waitSeconds?: number;
}

/** A running site, by its REST face. Every refusal and every failure to reach it becomes one line. */
export interface SiteClient {
  /** The parsed body of a successful answer. @throws CommandFailure */
  call(path: string, call?: Call): Promise<unknown>;
  /** An answer whose body is read as it comes. @throws CommandFailure */
  open(path: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
}

export function createSiteClient({ url, token }: ClientOptions): SiteClient {
  const base = url.replace(/\/+$/, '');
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };

  async function send(path: string, init: RequestInit): Promise<Response> {
    const response = await fetch(`${base}${path}`, init).catch((error: unknown) => {
      throw unreachable(base, error);
    });
    if (!response.ok) throw refused(response.status, await response.text());
    return response;
  }

  return {
    async call(path, { method = 'GET', body, waitSeconds } = {}) {
      const response = await send(path, {
        method,
        headers: {
          ...headers,
          ...(method === 'POST' ? { 'content-type': 'application/json' } : {}),
          ...(waitSeconds === undefined ? {} : { prefer: `wait=${waitSeconds}` }),
        },
        ...(method === 'POST' ? { body: JSON.stringify(body ?? {}) } : {}),
      });
      return response.json();
    },
    async open(path, signal) {
      const { body } = await send(path, { headers: { ...headers, accept: 'text/event-stream' }, signal });
      if (body === null) throw new CommandFailure(`${base} answered without a stream`);
      return body;
    },
  };
}

function unreachable(base: string, error: unknown): CommandFailure {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const { code = '', message = String(cause) } = cause as { code?: string; message?: string };
  if (code === 'ECONNREFUSED') {
    return new CommandFailure(
      `nothing answers at ${base}: start a site with "kmotion up", or name it with --url or KMOTION_URL`,
    );
  }
  return new CommandFailure(`${base} cannot be reached: ${message === '' ? code : message}`);
}

/** problem+json says it best; anything else is some other server. */
function refused(status: number, text: string): CommandFailure {
  const problem = parseJson(text) as { detail?: unknown; remedy?: unknown } | null;
  if (typeof problem?.detail !== 'string')
    return new CommandFailure(`the answer was ${status}: is this a kmotion site?`);
  const remedy = typeof problem.remedy === 'string' ? ` ${problem.remedy}` : '';
  return new CommandFailure(`refused (${status}): ${problem.detail}${remedy}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
