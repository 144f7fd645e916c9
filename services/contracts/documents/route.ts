import { z } from 'zod';
import type { ProblemCode } from '../problem.ts';
import type { Role } from '../site.ts';

/** One route as the outside sees it; the OpenAPI document is made of these and of nothing else. */
export interface Route {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  /** As OpenAPI writes it: `/v1/drives/{drive}`. */
  readonly path: string;
  readonly id: string;
  readonly tag: 'site' | 'drives' | 'groups' | 'programs' | 'line' | 'commissioning' | 'service';
  readonly summary: string;
  readonly role: Role | 'public';
  readonly body?: z.ZodType;
  readonly answers: readonly Answer[];
  /** Beside those that every route can give. */
  readonly problems?: readonly ProblemCode[];
  /** Waits with `Prefer: wait=SECONDS`. */
  readonly waits?: boolean;
  readonly query?: Readonly<Record<string, { readonly schema: z.ZodType; readonly description: string }>>;
}

export interface Answer {
  readonly status: 200 | 201 | 202 | 204 | 503;
  readonly description: string;
  readonly schema?: z.ZodType;
  /** `application/json` unless told. */
  readonly type?: string;
  readonly location?: boolean;
}

/** Answered with 200 and this. */
export const ok = (schema: z.ZodType, description: string): readonly Answer[] => [{ status: 200, description, schema }];
export const text = (type: string, description: string): readonly Answer[] => [
  { status: 200, description, type, schema: z.string() },
];

/** An object whose fields this contract does not promise. */
export const anything = z.looseObject({});

const commandProblems: readonly ProblemCode[] = [
  'unsupported',
  'duplicateId',
  'notFound',
  'leaseHeld',
  'busy',
  'queueFull',
  'offline',
  'unreachable',
  'waitTimeout',
];

/** A command of a drive or a group: 202 at once, or 200 when it was waited for. */
export function commandRoute(of: {
  path: string;
  id: string;
  tag: 'drives' | 'groups';
  command: string;
  body: z.ZodType;
  answer: z.ZodType;
}): Route {
  return {
    method: 'post',
    path: `${of.path}/commands/${of.command}`,
    id: of.id,
    tag: of.tag,
    role: of.command === 'stop' ? 'viewer' : 'operator',
    summary: `${of.command}, one of the commands of a ${of.tag.slice(0, -1)}`,
    body: of.body,
    waits: true,
    answers: [
      { status: 200, description: 'It has ended, as was waited for', schema: of.answer },
      { status: 202, description: 'Accepted; follow it at Location', schema: of.answer, location: true },
    ],
    problems: commandProblems,
  };
}

export const camel = (words: string): string =>
  words.replace(/-([a-z])/g, (_dash, letter: string) => letter.toUpperCase());
