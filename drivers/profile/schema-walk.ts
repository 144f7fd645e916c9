import { z } from 'zod';

type Path = readonly PropertyKey[];

/** The part of a schema that describes the value at `path`; undefined where the schema knows no such place. */
export function schemaAt(root: z.ZodType, path: Path): z.ZodType | undefined {
  let schema: z.ZodType | undefined = root;
  for (const key of path) schema = child(schema, key);
  return schema;
}

/** The keys that a mapping of this schema may have; empty where it is no mapping with keys of its own. */
export function keysOf(schema: z.ZodType | undefined): readonly string[] {
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodRecord && inner.keyType instanceof z.ZodEnum) return inner.keyType.options.map(String);
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

function child(schema: z.ZodType | undefined, key: PropertyKey): z.ZodType | undefined {
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodObject) return (inner.shape as Readonly<Record<PropertyKey, z.ZodType>>)[key];
  if (inner instanceof z.ZodRecord) return inner.valueType as z.ZodType;
  if (inner instanceof z.ZodArray) return inner.element as z.ZodType;
  return inner instanceof z.ZodTuple ? inner.describe('a number') : undefined;
}

/** The schema inside `optional` and the like, and the mapping inside a choice. */
function unwrapped(schema: z.ZodType | undefined): z.ZodType | undefined {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable) {
    return unwrapped(schema.unwrap() as z.ZodType);
  }
  if (schema instanceof z.ZodLazy) return unwrapped(schema.unwrap() as z.ZodType);
  if (schema instanceof z.ZodUnion) {
    return (schema.options as readonly z.ZodType[]).find((option) => option instanceof z.ZodObject);
  }
  return schema;
}
