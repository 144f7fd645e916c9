import { z } from 'zod';
import { ProgramParameter, programVerbs } from './program.ts';
import { CommandId, Id, Instant } from './words.ts';

const ParameterValue = z.union([z.number(), z.boolean()]);

export const ProgramSummary = z
  .strictObject({
    program: Id,
    version: z.int().positive().describe('Counted from 1; every change is a new one'),
    title: z.string().nullable(),
    parameters: z.record(z.string(), ProgramParameter),
    savedAt: Instant,
    savedBy: z.string().nullable(),
  })
  .meta({ id: 'ProgramSummary' });
export type ProgramSummary = z.infer<typeof ProgramSummary>;

/** What a text that may be stored is about. */
export const ProgramOutline = ProgramSummary.pick({ program: true, title: true, parameters: true }).meta({
  id: 'ProgramOutline',
});
export type ProgramOutline = z.infer<typeof ProgramOutline>;

/** A stored program; `source` is the text as it came, YAML or JSON. */
export const ProgramResource = ProgramSummary.extend({ source: z.string() }).meta({ id: 'Program' });
export type ProgramResource = z.infer<typeof ProgramResource>;

export const RunStatus = z.enum(['running', 'paused', 'interrupted', 'done', 'failed', 'aborted']);
export type RunStatus = z.infer<typeof RunStatus>;

export const RunRequest = z
  .strictObject({
    id: CommandId.optional().describe('Made by the client; the same id never starts a second run'),
    parameters: z.record(z.string(), ParameterValue).optional(),
    stepping: z.boolean().optional().describe('Pauses after each step'),
  })
  .meta({ id: 'RunRequest' });
export type RunRequest = z.infer<typeof RunRequest>;

/** One step of a program, where it stands in its text. */
export const RunStep = z
  .strictObject({
    program: Id,
    path: z.string().describe('steps.3.repeat.steps.0'),
    line: z.int().positive(),
    name: z.string().nullable(),
    verb: z.enum(programVerbs as readonly [string, ...string[]]),
    action: z
      .record(z.string(), z.unknown())
      .nullable()
      .describe('What is being done, or is begun anew when it goes on: every quantity a number'),
  })
  .meta({ id: 'RunStep' });
export type RunStep = z.infer<typeof RunStep>;

const RunFailure = z.strictObject({ code: z.string(), detail: z.string(), step: RunStep.nullable() });

export const RunInterruption = z
  .strictObject({
    foundAt: Instant,
    steps: z.array(RunStep).describe('What it was doing when it was cut off'),
    positions: z
      .array(
        z.strictObject({
          drive: Id,
          before: z.number().nullable().describe('When the step was begun'),
          now: z.number().nullable().describe('When this was last looked at; null while the drive is not known'),
        }),
      )
      .describe('Of every drive that the program moves'),
  })
  .meta({ id: 'RunInterruption' });
export type RunInterruption = z.infer<typeof RunInterruption>;

/** A run of a program: also the message on the stream and on MQTT. */
export const RunResource = z
  .strictObject({
    run: CommandId,
    program: Id,
    version: z.int().positive(),
    status: RunStatus,
    parameters: z.record(z.string(), ParameterValue),
    variables: z.record(z.string(), ParameterValue),
    steps: z.array(RunStep).describe('Where it stands: one step, or one for each branch of a parallel'),
    stepsDone: z.int().nonnegative(),
    startedAt: Instant,
    startedBy: z.string().nullable(),
    endedAt: Instant.nullable(),
    error: RunFailure.nullable(),
    interruption: RunInterruption.nullable(),
    log: z.array(z.strictObject({ at: Instant, text: z.string() })).describe('The last lines of its log'),
    seq: z.int().nonnegative(),
  })
  .meta({ id: 'Run' });
export type RunResource = z.infer<typeof RunResource>;

const DryRunRemark = z.strictObject({ step: RunStep.nullable(), code: z.string(), detail: z.string() });

/** What a program would do, worked out without moving anything. */
export const DryRunReport = z
  .strictObject({
    ok: z.boolean().describe('It would come to its end, as far as can be foreseen'),
    durationMs: z.number().describe('Until its end or until it would fail; waiting for the outside not counted'),
    stepsDone: z.int().nonnegative(),
    violations: z.array(DryRunRemark).describe('Limits and interlocks that it would break'),
    unforeseen: z.array(DryRunRemark).describe('What depends on more than the program: conditions, homing'),
    positions: z.array(z.strictObject({ drive: Id, position: z.number().nullable() })).describe('At its end'),
  })
  .meta({ id: 'DryRunReport' });
export type DryRunReport = z.infer<typeof DryRunReport>;
