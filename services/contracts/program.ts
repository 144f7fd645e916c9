import { z } from 'zod';
import { DurationMs, Id } from './words.ts';

// A program as people write it, in YAML or JSON. Every description completes the sentence "expected ...", so that the
// schema is also the text of its own error messages.

const Name = z
  .string()
  .regex(/^[a-zA-Z][a-zA-Z0-9_]{0,62}$/)
  .describe('a name of letters, digits and underscores, beginning with a letter');
const finite = z.number();
const text = z.string().min(1).max(500);
const id = (what: string): z.ZodString => Id.describe(`the name of a ${what}`);

/** A literal, or an expression over readings, parameters and variables. */
const Quantity = z.union([finite, text]).describe('a number, or an expression as "lift.position + 10"');
const Condition = text.describe('a condition, as "lift.position > 50"');
const Given = z.union([finite, z.boolean(), text]).describe('a number, true, false or an expression');
const timeoutMs = DurationMs.describe('a whole number of milliseconds, at most a day');

export const ProgramParameter = z
  .strictObject({
    kind: z.enum(['number', 'boolean']).optional().describe('number (the default) or boolean'),
    unit: z.string().optional().describe('a unit as mm, deg, mm/s or ms; none for a plain number'),
    default: z.union([finite, z.boolean()]).optional().describe('a number, true or false'),
    min: finite.optional().describe('a number'),
    max: finite.optional().describe('a number'),
    title: text.optional().describe('a text'),
  })
  .describe('a parameter, as { unit: mm, default: 100, min: 0, max: 400 }');
export type ProgramParameter = z.infer<typeof ProgramParameter>;

const ProgramVariable = z
  .strictObject({
    value: z.union([finite, z.boolean()]).describe('the value it begins with: a number, true or false'),
    unit: z.string().optional().describe('a unit as mm, deg, mm/s or ms; none for a plain number'),
  })
  .describe('a variable, as { value: 0 } or { value: 100, unit: mm }');
export type ProgramVariable = z.infer<typeof ProgramVariable>;

const ramp = { velocity: Quantity.optional(), acceleration: Quantity.optional(), deceleration: Quantity.optional() };
const DriveOrGroup = z
  .strictObject({ drive: id('drive').optional(), group: id('group').optional() })
  .describe('{ drive: <name> } or { group: <name> }');
export const ProgramSteps: z.ZodType<readonly ProgramStep[]> = z
  .array(z.lazy(() => ProgramStep))
  .meta({ id: 'ProgramSteps', description: 'a list of steps, each as "- move: { drive: lift, to: 100 }"' });

const plainVerbs = {
  move: z
    .strictObject({ drive: id('drive'), to: Quantity.optional(), by: Quantity.optional(), ...ramp })
    .describe('a move, as { drive: lift, to: 100 } or { drive: lift, by: -5, velocity: 20 }'),
  'group-move': z
    .strictObject({
      group: id('group'),
      to: z.record(Id, Quantity).describe('the targets by drive, as { lift-left: 100, lift-right: 100 }'),
      sync: z.enum(['phase', 'time', 'none']).optional().describe('phase, time or none'),
      velocityScale: Quantity.optional(),
      durationMs: Quantity.optional(),
    })
    .describe('a move of a group, as { group: lift, to: { lift-left: 100, lift-right: 100 } }'),
  home: DriveOrGroup,
  wait: Quantity.describe('milliseconds, as 500, or an expression in ms'),
  'wait-for': Condition,
  set: z.record(Name, Given).describe('variables and their new values, as { count: "count + 1" }'),
  call: z
    .strictObject({
      program: id('program'),
      with: z.record(Name, Given).optional().describe('its parameters, as { height: 100 }'),
    })
    .describe('another program, as { program: grip, with: { force: 30 } }'),
  stop: z
    .union([z.literal('all'), DriveOrGroup])
    .describe('all, { drive: <name> } or { group: <name> }; what it stops stays stopped until it is released'),
  log: text.describe('a text; {expressions} in braces are filled in'),
};

const turns = {
  times: Quantity.optional().describe('a whole number, or an expression'),
  while: Condition.optional(),
  atMost: z.int().min(1).max(1_000_000).optional().describe('a whole number of turns, the end of "while"'),
};

const options = {
  name: text.optional().describe('a name for people'),
  timeoutMs: timeoutMs.optional(),
  onError: z.enum(['fail', 'continue']).optional().describe('fail (the default) or continue'),
};

const plainStep = z.strictObject({ ...options, ...plainVerbs }).partial();
const turnFields = z.strictObject(turns);

/** One step: exactly one verb, and what may stand beside it. */
export interface ProgramStep extends z.infer<typeof plainStep> {
  readonly repeat?: (z.infer<typeof turnFields> & { readonly steps: readonly ProgramStep[] }) | undefined;
  readonly parallel?: readonly (readonly ProgramStep[])[] | undefined;
}
export type ProgramVerb = Exclude<keyof ProgramStep, keyof typeof options>;
export const programVerbs = [...Object.keys(plainVerbs), 'repeat', 'parallel'] as readonly ProgramVerb[];

export const ProgramStep: z.ZodType<ProgramStep> = plainStep
  .extend({
    repeat: z
      .strictObject({ ...turns, steps: ProgramSteps })
      .optional()
      .describe('{ times: 3, steps: [...] } or { while: "<condition>", atMost: 100, steps: [...] }'),
    parallel: z
      .array(ProgramSteps)
      .min(2)
      .max(16)
      .optional()
      .describe('two or more lists of steps that run beside each other'),
  })
  .refine((step) => programVerbs.filter((verb) => step[verb] !== undefined).length === 1, {
    error: `expected exactly one of ${programVerbs.join(', ')}`,
  })
  .meta({ id: 'ProgramStep', description: 'a step, as { move: { drive: lift, to: 100 } }' });

export const ProgramDocument = z
  .strictObject({
    program: id('program').optional().describe('the name under which it is stored'),
    title: text.optional().describe('a title for people'),
    parameters: z.record(Name, ProgramParameter).optional().describe('parameters by name'),
    variables: z.record(Name, ProgramVariable).optional().describe('variables by name'),
    steps: ProgramSteps,
  })
  .meta({ id: 'ProgramDocument', description: 'a program: { title, parameters, variables, steps }' });
export type ProgramDocument = z.infer<typeof ProgramDocument>;
