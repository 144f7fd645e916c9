import { z } from 'zod';
import { Instant } from './words.ts';

// What a person who brings drives into service sees: the serial ports of the machine, and the search for drives on them.

/** How characters travel; 8 data bits always. */
export const SerialSettings = z
  .strictObject({
    baudRate: z.int().min(300).max(12_000_000),
    parity: z.enum(['none', 'even', 'odd']),
    stopBits: z.union([z.literal(1), z.literal(2)]),
  })
  .meta({ id: 'SerialSettings' });
export type SerialSettings = z.infer<typeof SerialSettings>;

const text = z.string().nullable();

/** Who has a port, so that nobody else may ask on it. */
export const PortOwner = z
  .strictObject({
    kind: z.enum(['line', 'program', 'system']).describe('A line of this site, another program, the system console'),
    name: z.string(),
  })
  .meta({ id: 'PortOwner' });
export type PortOwner = z.infer<typeof PortOwner>;

export const PortDescription = z
  .strictObject({
    path: z.string().describe('May be another one after the next plugging in: name by-id or by-path in a site file'),
    byId: text,
    byPath: text,
    vendorId: text,
    productId: text,
    serialNumber: text,
    manufacturer: text,
    product: text,
    driver: text.describe('Of the kernel: ftdi_sio, ch341-uart, cp210x, cdc_acm'),
    owner: PortOwner.nullable().describe('null when a scan may ask on it'),
  })
  .meta({ id: 'Port' });
export type PortDescription = z.infer<typeof PortDescription>;

/** Body of `POST /v1/scans`. A scan only reads. */
export const ScanRequest = z
  .strictObject({
    ports: z.array(z.string().min(1)).min(1).optional().describe('Paths or names; every free port when left out'),
    units: z
      .string()
      .regex(/^\d+(-\d+)?(,\d+(-\d+)?)*$/)
      .optional()
      .describe('Unit ids as 1-247 or 1,7,200; the likely ones when left out'),
    serial: z
      .array(SerialSettings)
      .min(1)
      .optional()
      .describe('Serial settings to try, in order; those of the profiles when left out'),
  })
  .meta({ id: 'ScanRequest' });
export type ScanRequest = z.infer<typeof ScanRequest>;

/** A drive, or something else that speaks Modbus, that answered. */
export const FoundDrive = z
  .strictObject({
    port: z.string(),
    serial: SerialSettings,
    unit: z.int(),
    profile: z
      .strictObject({
        id: z.string(),
        title: z.string(),
        proven: z.boolean().describe('Its identity says so; otherwise it only has the registers of this profile'),
      })
      .nullable()
      .describe('null for something that no profile knows'),
    alsoPossible: z.array(z.string()).describe('Other profiles that fit as well'),
    identity: z
      .strictObject({
        vendorId: z.int().nullable(),
        productCode: z.int().nullable(),
        firmware: text,
        serialNumber: text,
      })
      .nullable(),
  })
  .meta({ id: 'FoundDrive' });
export type FoundDrive = z.infer<typeof FoundDrive>;

export const ScanFinding = z
  .strictObject({
    kind: z.enum([
      'silent-line',
      'same-address',
      'wrong-unit',
      'wrong-serial',
      'mixed-serial',
      'garbled',
      'echo',
      'missing-drive',
      'port-taken',
      'port-lost',
    ]),
    port: z.string(),
    unit: z.int().nullable(),
    text: z.string().describe('What was seen, as a sentence'),
    remedy: z.string().describe('What to do'),
  })
  .meta({ id: 'ScanFinding' });
export type ScanFinding = z.infer<typeof ScanFinding>;

export const ScanProgress = z
  .strictObject({
    asked: z.int().nonnegative().describe('Questions asked so far'),
    planned: z.int().nonnegative(),
    elapsedMs: z.number(),
    remainingMs: z.number().describe('If nothing more answers; an answer makes it shorter'),
    estimateMs: z.number().describe('As it was at the beginning'),
  })
  .meta({ id: 'ScanProgress' });
export type ScanProgress = z.infer<typeof ScanProgress>;

/** All that a scan has found, also when it was interrupted. */
export const ScanReport = z
  .strictObject({
    complete: z.boolean().describe('false when it was interrupted: what was found until then'),
    drives: z.array(FoundDrive),
    findings: z.array(ScanFinding),
    yaml: text.describe('Lines and drives to paste into a site file; null when nothing was found'),
  })
  .meta({ id: 'ScanReport' });
export type ScanReport = z.infer<typeof ScanReport>;

/** One line of `kmotion scan --json`. */
export const ScanEvent = z.discriminatedUnion('event', [
  z.strictObject({ event: z.literal('begins'), ports: z.array(z.string()), progress: ScanProgress }),
  z.strictObject({ event: z.literal('progress'), progress: ScanProgress }),
  z.strictObject({ event: z.literal('found'), drive: FoundDrive }),
  z.strictObject({ event: z.literal('finding'), finding: ScanFinding }),
  z.strictObject({ event: z.literal('ended'), progress: ScanProgress, report: ScanReport }),
]);
export type ScanEvent = z.infer<typeof ScanEvent>;

/** What `GET /v1/scans/{scan}` answers; kept until the process ends or newer scans push it out. */
export const ScanResource = z
  .strictObject({
    scan: z.uuid(),
    status: z.enum(['running', 'done', 'interrupted', 'failed']),
    request: ScanRequest,
    startedAt: Instant,
    endedAt: Instant.nullable(),
    progress: ScanProgress.nullable(),
    drives: z.array(FoundDrive),
    findings: z.array(ScanFinding),
    yaml: text,
    error: text.describe('Why it failed'),
  })
  .meta({ id: 'Scan' });
export type ScanResource = z.infer<typeof ScanResource>;
