import { z } from 'zod';
import { CommandFailure } from './failure.ts';

/** Options of the commands that talk to a running site. */
export interface ClientOptions {
  readonly url: string;
  readonly token?: string;
  readonly json?: true;
}

interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly body?: unknown;
  /** Sent as it is in the place of a body, as YAML, which JSON is too. */
  readonly yaml?: string;
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
    async call(path, { method = 'GET', body, yaml, waitSeconds } = {}) {
      const sent = yaml ?? (method === 'POST' ? JSON.stringify(body ?? {}) : null);
      const kind = yaml === undefined ? 'application/json' : 'application/yaml';
      const response = await send(path, {
        method,
        headers: {
          ...headers,
          ...(sent === null ? {} : { 'content-type': kind }),
          ...(waitSeconds === undefined ? {} : { prefer: `wait=${waitSeconds}` }),
        },
        body: sent,
      });
      return response.status === NO_CONTENT ? null : response.json();
    },
    async open(path, signal) {
      const { body } = await send(path, { headers: { ...headers, accept: 'text/event-stream' }, signal });
      if (body === null) throw new CommandFailure(`${base} answered without a stream`);
      return body;
    },
  };
}

const NO_CONTENT = 204;

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
  const problem = parseJson(text) as { detail?: unknown; remedy?: unknown; errors?: unknown } | null;
  const placed = placedErrors(problem?.errors);
  if (placed.length > 0) return new CommandFailure(`refused (${status}):\n${placed.join('\n')}`);
  if (typeof problem?.detail !== 'string')
    return new CommandFailure(`the answer was ${status}: is this a kmotion site?`);
  const remedy = typeof problem.remedy === 'string' ? ` ${problem.remedy}` : '';
  return new CommandFailure(`refused (${status}): ${problem.detail}${remedy}`);
}

/** Of a text that was sent: each problem with its line, as editors understand it. */
function placedErrors(errors: unknown): readonly string[] {
  const parsed = PlacedErrors.safeParse(errors);
  if (!parsed.success) return [];
  return parsed.data.map(({ line, column, path, detail }) => `${line}:${column} ${path}: ${detail}`);
}

const PlacedErrors = z.array(z.object({ path: z.string(), detail: z.string(), line: z.number(), column: z.number() }));

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
