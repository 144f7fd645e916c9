import { z } from 'zod';
import * as commissioning from '../commissioning.ts';
import * as commands from '../commands.ts';
import * as group from '../group.ts';
import * as history from '../history.ts';
import * as leadership from '../leadership.ts';
import * as lease from '../lease.ts';
import * as path from '../path.ts';
import { Problem } from '../problem.ts';
import * as events from '../events.ts';
import * as program from '../program.ts';
import * as run from '../run.ts';
import * as site from '../site.ts';
import * as state from '../state.ts';
import * as stream from '../stream.ts';
import * as words from '../words.ts';

/** A JSON Schema or any other part of a document. */
export type Json = Readonly<Record<string, unknown>>;

const rooms: readonly Json[] = [
  words,
  commands,
  commands.DriveCommands,
  group,
  group.GroupCommands,
  path,
  lease,
  leadership,
  events,
  site,
  state,
  stream,
  program,
  run,
  { Problem },
];

/** Ports, scans and what was go by REST alone. */
const restOnly: readonly Json[] = [commissioning, history];

/**
 * Every schema of the contract that has a name, as JSON Schemas that refer to each other by
 * `#/components/schemas/NAME`: in the 2020-12 dialect for OpenAPI 3.1, in draft 7 for AsyncAPI.
 */
export function namedSchemas(dialect: 'draft-2020-12' | 'draft-7'): Readonly<Record<string, Json>> {
  // A registry of our own: the global one also holds what other rooms of the same process have named.
  const registry = z.registry<z.core.GlobalMeta>();
  const described = dialect === 'draft-7' ? rooms : [...rooms, ...restOnly];
  for (const value of described.flatMap((room) => Object.values(room))) {
    const meta = value instanceof z.ZodType ? z.globalRegistry.get(value) : undefined;
    if (value instanceof z.ZodType && meta?.id !== undefined) registry.add(value, meta);
  }
  const { schemas } = z.toJSONSchema(registry, {
    target: dialect,
    io: 'input',
    uri: (id) => `#/components/schemas/${id}`,
    metadata: z.globalRegistry,
  });
  // Sorted, because the order in which a module lists its exports depends on who loads it.
  const sorted = Object.entries(schemas).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([id, schema]) => [id, withoutIdentity(schema)]));
}

/** Inside a document a schema has neither a dialect nor an address of its own. */
function withoutIdentity({ $schema: _dialect, $id: _address, id: _id, ...schema }: Json): Json {
  return schema;
}

/** A reference to a named schema. @throws Error when it has no name */
export function refTo(schema: z.ZodType): Json {
  const id = z.globalRegistry.get(schema)?.id;
  if (id === undefined) throw new Error('only a schema with a name, meta({ id }), can be referred to');
  return { $ref: `#/components/schemas/${id}` };
}
