import { z } from 'zod';
import { SiteFile } from './site-file.ts';
import { toMapping } from './site-draft.ts';
import type { Path } from './yaml-source.ts';

/** One setting with a single value, and the environment variable that overrides it. */
export interface ScalarSetting {
  readonly path: Path;
  readonly variable: string;
  /** The value of the variable names a file or folder, relative to the working directory. */
  readonly isPath: boolean;
  /** There is a setting of its own for "the same, from a file" (mqtt.passwordFile). */
  readonly hasFileSetting: boolean;
  fromText(text: string): unknown;
}

const PATHS = new Set([
  'data',
  'profiles',
  'auth.tokens',
  'mqtt.passwordFile',
  'store.tokenFile',
  'mqtt.ca',
  'mqtt.cert',
  'mqtt.key',
]);

/**
 * Every scalar setting of the schema that one of the variables may set, with the lines, drives and groups that `value`
 * names. Of hundreds of drives none is looked into that no variable names: every process of a site asks when it starts.
 */
export function scalarSettings(value: unknown, names: readonly string[]): readonly ScalarSetting[] {
  const leaves = leavesOf(SiteFile, { path: [], value, names });
  const variables = new Set(leaves.map(({ path }) => variableOf(path)));
  return leaves.map(({ path, schema }) => ({
    path,
    variable: variableOf(path),
    isPath: PATHS.has(path.join('.')),
    hasFileSetting: variables.has(`${variableOf(path)}_FILE`),
    fromText: (text) => fromText(schema, text),
  }));
}

interface Leaf {
  readonly path: Path;
  readonly schema: z.ZodType;
}
interface At {
  readonly path: Path;
  readonly value: unknown;
  readonly names: readonly string[];
}

function leavesOf(schema: z.ZodType, { path, value, names }: At): readonly Leaf[] {
  if (schema instanceof z.ZodOptional) return leavesOf(schema.unwrap() as z.ZodType, { path, value, names });
  if (schema instanceof z.ZodArray || schema instanceof z.ZodTuple) return [];
  const inside = toMapping(value);
  const at = (key: string): At => ({ path: [...path, key], value: inside[key], names });
  if (schema instanceof z.ZodRecord) {
    const isNamed = (key: string): boolean => names.some((name) => name.startsWith(variableOf([...path, key])));
    return Object.keys(inside)
      .filter(isNamed)
      .flatMap((key) => leavesOf(schema.valueType as z.ZodType, at(key)));
  }
  if (!(schema instanceof z.ZodObject)) return [{ path, schema }];
  const shape = schema.shape as Readonly<Record<string, z.ZodType>>;
  return Object.entries(shape).flatMap(([key, child]) => leavesOf(child, at(key)));
}

/** ['lines', 'lift', 'rtuOverTcp'] -> KMOTION_LINES_LIFT_RTU_OVER_TCP */
function variableOf(path: Path): string {
  const words = path.map((key) =>
    String(key)
      .replaceAll(/([a-z])([A-Z])/g, '$1_$2')
      .replaceAll('-', '_'),
  );
  return ['KMOTION', ...words].join('_').toUpperCase();
}

/** A variable is always text; the schema decides whether "8080" and "true" mean a number and a truth. */
function fromText(schema: z.ZodType, text: string): unknown {
  const choices: readonly unknown[] = [Number(text), text === 'true', text];
  const isWritten = [/^-?\d+(\.\d+)?$/.test(text), /^(true|false)$/.test(text), true];
  return choices.find((choice, index) => isWritten[index] === true && schema.safeParse(choice).success) ?? text;
}
