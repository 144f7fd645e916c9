import { z } from 'zod';
import { AXIS_UNITS } from '../drivers/base/index.ts';

// The site file as people write it. Every description completes the sentence "expected ...", so that the schema is
// also the text of its own error messages.

const ID_PATTERN = /^[a-z0-9][a-z0-9-]{0,62}$/;
export const ID_EXPECTED = 'lower-case letters, digits and dashes, at most 63 of them, not beginning with a dash';

const id = z.string().regex(ID_PATTERN).describe(ID_EXPECTED);
const text = (what: string): z.ZodString => z.string().min(1).describe(what);
const flag = z.boolean().describe('true or false');
const positive = (unit: string): z.ZodNumber => z.number().positive().describe(`a number above 0, in ${unit}`);
const finite = (unit: string): z.ZodNumber => z.number().describe(`a number, in ${unit}`);
const port = z.int().min(0).max(65_535).describe('a port number from 1 to 65535, or 0 for any free one');
const baudRate = z.int().min(300).max(12_000_000).describe('a baud rate from 300 to 12000000, as 115200');
const endpoint = z
  .string()
  .regex(/^(\[[0-9a-fA-F:]+\]|[^\s:[\]]+):([1-9]\d{0,4})$/)
  .describe('"host:port", as 192.168.1.20:502');
const hexId = z
  .string()
  .regex(/^[0-9a-fA-F]{4}$/)
  .describe('four hexadecimal digits in quotes, as "0403"');

const usbAdapter = z.strictObject({
  vendorId: hexId,
  productId: hexId,
  serialNumber: text('the serial number of the adapter, in quotes').optional(),
});

const LineFile = z
  .strictObject({
    simulated: z
      .union([z.literal(true), z.strictObject({ baudRate: baudRate.optional(), paced: flag.optional() })])
      .optional()
      .describe('true, or { baudRate: 115200, paced: false }'),
    serial: z
      .union([z.string().min(1), usbAdapter])
      .optional()
      .describe('a device path as /dev/serial/by-id/usb-..., or { vendorId: "0403", productId: "6001" }'),
    tcp: endpoint.optional(),
    rtuOverTcp: endpoint.optional(),
    baudRate: baudRate.optional(),
    parity: z.enum(['none', 'even', 'odd']).optional().describe('none, even or odd'),
    stopBits: z
      .union([z.literal(1), z.literal(2)])
      .optional()
      .describe('1 or 2'),
    httpPort: port.optional(),
  })
  .describe('a line, as { serial: /dev/ttyUSB0, baudRate: 115200 } or { simulated: { baudRate: 115200 } }');
export type LineFile = z.infer<typeof LineFile>;

const AxisFile = z
  .strictObject({
    unit: z.enum(AXIS_UNITS).describe('mm, deg, rev or "%"'),
    travelPerRevolution: positive('axis units a turn of the output shaft'),
    gearRatio: positive('motor turns a turn of the output shaft').optional(),
    direction: z.enum(['normal', 'inverted']).optional().describe('normal or inverted'),
    range: z
      .tuple([z.number(), z.number()])
      .describe('the two soft limits in axis units, the smaller first, as [0, 400]'),
    maxVelocity: positive('axis units per second'),
    maxAcceleration: positive('axis units per second squared'),
    stopDeceleration: positive('axis units per second squared').optional(),
    tolerance: positive('axis units').optional(),
    homingRequired: flag.optional(),
  })
  .describe('an axis: { unit, travelPerRevolution, range, maxVelocity, maxAcceleration, ... }');
export type AxisFile = z.infer<typeof AxisFile>;

const DriveFile = z
  .strictObject({
    line: id,
    unit: z.int().min(1).max(0xffff).describe('the unit id of the drive, a whole number from 1 to 247'),
    channel: z.enum(['left', 'right']).optional().describe('left or right, for one of two axes in one unit'),
    profile: text('the id of a shipped profile or the path of a profile file'),
    axis: AxisFile,
    homing: z
      .strictObject({
        method: z.int().describe('a homing method number of CiA 402 that the profile lists'),
        position: finite('axis units').optional(),
        velocity: positive('axis units per second').optional(),
      })
      .optional()
      .describe('how the axis finds its reference, as { method: 19, position: 0 }'),
    watchdogMs: z
      .int()
      .positive()
      .optional()
      .describe('a whole number of milliseconds; unless told that of the model, or longer where its line is crowded'),
    poll: z
      .strictObject({
        idleMs: z.int().min(1).max(10_000).optional().describe('a whole number of milliseconds from 1 to 10000'),
        movingMs: z.int().min(1).max(1000).optional().describe('a whole number of milliseconds from 1 to 1000'),
      })
      .optional()
      .describe('how often the drive is read, as { idleMs: 200, movingMs: 20 }'),
    onAttach: z
      .enum(['stop', 'observe'])
      .optional()
      .describe('stop or observe: what becomes of a motion that is under way when the drive is found'),
    serialNumber: text('the serial number that this drive must have, in quotes').optional(),
    acceptPlaceholder: flag.optional(),
  })
  .describe('a drive: { line, unit, profile, axis, ... }');
export type DriveFile = z.infer<typeof DriveFile>;

const GroupFile = z
  .strictObject({
    drives: z.array(id).min(1).describe('a list of drives, as [lift-left, lift-right]'),
    maxStartSkewMs: z.number().nonnegative().optional().describe('a number of milliseconds, 0 or more'),
    onMemberFault: z.enum(['stop', 'ignore']).optional().describe('stop or ignore'),
  })
  .describe('a group, as { drives: [lift-left, lift-right] }');
export type GroupFile = z.infer<typeof GroupFile>;

const InterlockFile = z
  .strictObject({
    drive: id.optional(),
    may: z.literal('move').optional().describe('move'),
    only: text('a condition, as "lift-left.position > 50"').optional(),
    never: z
      .record(id, z.tuple([z.number(), z.number()]).describe('two positions, the smaller first, as [100, 200]'))
      .optional()
      .describe('zones in which these drives are never at once, as { arm: [100, 200], lift-left: [0, 50] }'),
    oneAtATime: z.array(id).min(2).optional().describe('a list of drives of which only one moves at a time'),
    because: text('a reason for people').optional(),
  })
  .describe('an interlock, as { drive: arm, may: move, only: "lift-left.position > 50" }');

const MqttFile = z
  .strictObject({
    url: z
      .string()
      .regex(/^(embedded|(mqtts?|wss?):\/\/\S+)$/)
      .optional()
      .describe('embedded, or the address of a broker as mqtt://192.168.1.5:1883 (mqtt, mqtts, ws or wss)'),
    host: text('the address that the embedded broker listens on').optional(),
    port: port.optional(),
    root: z
      .string()
      .regex(/^[^\s+#/][^\s+#]*(?<!\/)$/)
      .optional()
      .describe('the first part of every topic, without spaces, + and #, as kmotion'),
    username: text('a user name').optional(),
    password: text('a password; better passwordFile').optional(),
    passwordFile: text('the path of a file with the password').optional(),
    ca: text('the path of a certificate file (PEM)').optional(),
    cert: text('the path of a certificate file (PEM)').optional(),
    key: text('the path of a key file (PEM)').optional(),
  })
  .describe('the broker, as { url: embedded, root: kmotion }');
type MqttFile = z.infer<typeof MqttFile>;

const StoreFile = z
  .strictObject({
    url: z
      .string()
      .regex(/^(libsql|https?):\/\/\S+$/)
      .describe('the address of a libSQL server, as http://10.0.0.5:8080 (libsql, http or https)'),
    token: text('a token of that server; better tokenFile').optional(),
    tokenFile: text('the path of a file with the token').optional(),
  })
  .describe('a store on a server, as { url: http://10.0.0.5:8080, tokenFile: ./store-token }');

const AuthFile = z
  .strictObject({
    tokens: text('the path of the token file; it is created on first need').optional(),
    open: text('a sentence that says why no tokens are needed').optional(),
  })
  .describe('{ tokens: <path> } or { open: "<why this is safe>" }');

/** Things by their names, at least one. */
const named = <Thing extends z.ZodType>(thing: Thing, what: string) =>
  z
    .record(id, thing)
    .refine((entries) => Object.keys(entries).length > 0, `is empty; expected ${what}`)
    .describe(what);

const OrchestratorFile = z
  .strictObject({
    url: z
      .string()
      .regex(/^https?:\/\/[^\s/]+$/)
      .describe('the address at which this orchestrator is reached, as http://10.0.0.5:8080'),
  })
  .describe('an orchestrator, as { url: http://10.0.0.5:8080 }');

export const SiteFile = z
  .strictObject({
    site: id,
    http: z
      .strictObject({
        host: text('the address that the orchestrator listens on').optional(),
        port: port.optional(),
        hosts: z.array(z.string().min(1)).optional().describe('a list of host names by which browsers reach this site'),
      })
      .optional()
      .describe('where the orchestrator listens, as { host: 127.0.0.1, port: 8080 }'),
    orchestrators: z
      .record(id, OrchestratorFile)
      .refine((all) => Object.keys(all).length > 1, 'names one; expected two or more, or none at all')
      .optional()
      .describe('those of which one commands and the others stand by, by name, as "north: { url: ... }"'),
    mqtt: MqttFile.optional(),
    data: text('the path of a folder').optional(),
    store: StoreFile.optional(),
    profiles: z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
      .optional()
      .describe('a folder with profile files of your own, as ./profiles, or a list of such folders'),
    auth: AuthFile.optional(),
    commands: z
      .enum(['lenient', 'strict'])
      .optional()
      .describe('strict, so that every command must carry id, ttlMs, epoch and lease; or lenient'),
    simulator: z.strictObject({ port: port.optional() }).optional().describe('the control port, as { port: 0 }'),
    lines: named(LineFile, 'the lines by name, as "bench: { simulated: true }"'),
    drives: named(DriveFile, 'the drives by name, as "lift-left: { line: bench, unit: 1, ... }"'),
    groups: z.record(id, GroupFile).optional().describe('the groups by name, as "lift: { drives: [left, right] }"'),
    interlocks: z
      .array(InterlockFile)
      .optional()
      .describe('a list of interlocks, as "- { never: { arm: [100, 200], lift-left: [0, 50] } }"'),
  })
  .describe('a site: { site, lines, drives, ... }');
export type SiteFile = z.infer<typeof SiteFile>;
