import { z } from 'zod';
import { problems, type ProblemCode } from '../problem.ts';
import { namedSchemas, refTo, type Json } from './json-schemas.ts';
import type { Answer, Route } from './route.ts';
import { routes } from './routes.ts';

/** What every route may answer; what only some may is in the table of routes. */
const everywhere: readonly ProblemCode[] = ['misdirected', 'foreignOrigin', 'internal'];
const withBody: readonly ProblemCode[] = ['malformed', 'unknownField', 'invalidValue', 'tooLarge'];
const withRole: readonly ProblemCode[] = ['unauthorized', 'forbidden'];

/** The REST side as an OpenAPI 3.1 document. */
export function openApiDocument(version: string): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'kpower-motion',
      version,
      summary: 'Motor drives as small, safe network services',
      description:
        'Quantities are in the unit of the axis, per second, per second squared; times are milliseconds in fields that end in Ms. ' +
        'Errors are RFC 9457 problem documents. A refused command is such an error and never a command resource.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'the orchestrator; the drive routes also on each device process' }],
    // Any of them; the empty one stands for a site without tokens, possible on loopback only.
    security: [{ bearer: [] }, { session: [] }, {}],
    tags: ['site', 'drives', 'groups', 'programs', 'line', 'commissioning', 'service'].map((name) => ({ name })),
    paths: paths(),
    components: {
      schemas: namedSchemas('draft-2020-12'),
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'A token of the site: viewer, operator, engineer or admin',
        },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'kmotion',
          description: 'Set by the link that is printed at start',
        },
      },
    },
  };
}

function paths(): Json {
  const byPath: Record<string, Record<string, Json>> = {};
  for (const route of routes) (byPath[route.path] ??= {})[route.method] = operation(route);
  return byPath;
}

function operation(route: Route): Json {
  return {
    operationId: route.id,
    tags: [route.tag],
    summary: route.summary,
    'x-role': route.role,
    ...(route.role === 'public' && { security: [{}] }),
    parameters: parameters(route),
    // No body is an empty one, so it is never required; the schema says whether `{}` will do.
    ...(route.body && {
      requestBody: { required: false, content: { 'application/json': { schema: inline(route.body) } } },
    }),
    responses: {
      ...Object.fromEntries(route.answers.map((answer) => [answer.status, response(answer)])),
      ...refusals(route),
    },
  };
}

const pathSchemas: Readonly<Record<string, Json>> = {
  id: { type: 'string', format: 'uuid' },
  scan: { type: 'string', format: 'uuid' },
  run: { type: 'string', format: 'uuid' },
  address: { type: 'integer', minimum: 0, maximum: 65_535 },
};

function parameters(route: Route): readonly Json[] {
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: pathSchemas[name] ?? { $ref: '#/components/schemas/Id' },
  }));
  const inQuery = Object.entries(route.query ?? {}).map(([name, { schema, description }]) => ({
    name,
    in: 'query',
    required: false,
    description,
    schema: inline(schema),
  }));
  const prefer = {
    name: 'Prefer',
    in: 'header',
    required: false,
    description: 'wait=SECONDS answers when it has ended',
    schema: { type: 'string', pattern: '^wait=[0-9]+$' },
  };
  return [...inPath, ...inQuery, ...(route.waits === true ? [prefer] : [])];
}

function response({ description, schema, type = 'application/json', location }: Answer): Json {
  return {
    description,
    ...(location === true && {
      headers: { Location: { description: 'Where to follow it', schema: { type: 'string' } } },
    }),
    ...(schema && { content: { [type]: { schema: inline(schema) } } }),
  };
}

/** One response for each status, naming every code that comes with it. */
function refusals(route: Route): Json {
  const codes = [
    ...everywhere,
    ...(route.role === 'public' ? [] : withRole),
    ...(route.body ? withBody : []),
    ...(route.problems ?? []),
  ];
  const taken = new Set<number>(route.answers.map((answer) => answer.status));
  const byStatus = groupByStatus(codes);
  return Object.fromEntries(
    [...byStatus]
      .filter(([status]) => !taken.has(status))
      .map(([status, some]) => [
        status,
        {
          description: some.map((code) => `${code}: ${problems[code].title}`).join('; '),
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      ]),
  );
}

function groupByStatus(codes: readonly ProblemCode[]): ReadonlyMap<number, readonly ProblemCode[]> {
  const groups = new Map<number, ProblemCode[]>();
  for (const code of codes) groups.set(problems[code].status, [...(groups.get(problems[code].status) ?? []), code]);
  return groups;
}

/** A named schema by reference, an array of one by its items, anything else written out. */
function inline(schema: z.ZodType): Json {
  if (z.globalRegistry.get(schema)?.id !== undefined) return refTo(schema);
  if (schema instanceof z.ZodArray) return { type: 'array', items: inline(schema.element as z.ZodType) };
  const { $schema: _dialect, ...plain }: Json = z.toJSONSchema(schema, { io: 'input' });
  return plain;
}
