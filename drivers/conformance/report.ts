import { z } from 'zod';

const Measured = z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()]));
export type Measured = z.infer<typeof Measured>;

/** `not-possible`: the drive lacks something. `not-run`: nobody allowed it, or an earlier step took the ground away. */
const StepStatus = z.enum(['passed', 'failed', 'not-possible', 'not-run']);

const StepReport = z.strictObject({
  id: z.string(),
  title: z.string(),
  status: StepStatus,
  detail: z.string(),
  measured: Measured,
});
export type StepReport = z.infer<typeof StepReport>;
export type Outcome = Pick<StepReport, 'status' | 'detail' | 'measured'>;

/** What one register answered: a canonical value, or why there is none. */
const RegisterReading = z.strictObject({
  signal: z.string(),
  address: z.int(),
  table: z.enum(['holding', 'input', 'either']),
  type: z.string(),
  words: z.array(z.int()).nullable(),
  value: z.number().nullable(),
  problem: z.string().nullable(),
});
export type RegisterReading = z.infer<typeof RegisterReading>;

const FramesCounted = z.strictObject({
  requests: z.int(),
  answers: z.int(),
  timeouts: z.int(),
  badFrames: z.int(),
  exceptions: z.int(),
});
export type FramesCounted = z.infer<typeof FramesCounted>;

const Inferred = z.strictObject({ path: z.string(), see: z.string().nullable() });

/** What a run of the suite has shown; goes with a profile that is given to others. */
export const ConformanceReport = z.strictObject({
  report: z.literal('kpower-motion conformance 1'),
  profile: z.strictObject({
    id: z.string(),
    title: z.string(),
    channel: z.string().nullable(),
    source: z.string(),
    confidence: z.string(),
    placeholder: z.boolean(),
  }),
  unit: z.int(),
  startedAt: z.iso.datetime(),
  durationMs: z.number(),
  identity: z
    .strictObject({
      vendorId: z.number().nullable(),
      productCode: z.number().nullable(),
      firmware: z.string().nullable(),
      serialNumber: z.string().nullable(),
      bootCounter: z.number().nullable(),
    })
    .nullable(),
  steps: z.array(StepReport),
  registers: z.array(RegisterReading),
  /** Facts of the profile that were concluded, not read anywhere. */
  inferred: z.array(Inferred),
  frames: FramesCounted,
  /** `partial`: nothing failed, but steps were not run. */
  verdict: z.enum(['conforms', 'partial', 'fails', 'interrupted']),
});
export type ConformanceReport = z.infer<typeof ConformanceReport>;

export const passed = (detail: string, measured: Measured = {}): Outcome => ({ status: 'passed', detail, measured });
export const failed = (detail: string, measured: Measured = {}): Outcome => ({ status: 'failed', detail, measured });
export const notPossible = (detail: string): Outcome => ({ status: 'not-possible', detail, measured: {} });
export const notRun = (detail: string): Outcome => ({ status: 'not-run', detail, measured: {} });
