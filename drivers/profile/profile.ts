import { z } from 'zod';

// A drive profile is data: one YAML file says everything that is particular to a drive model, each fact with its
// source, so that a drive of a known family needs no code and no build.

const Word = z.int().min(0).max(0xffff);

/**
 * The vocabulary between profile and scheme: what a register means. A scheme asks for signals by these names and never
 * sees an address. Canonical units after scaling: position counts; velocity counts/s; acceleration counts/s^2;
 * torque % of rated; temperature degC; voltage V; times ms; words and counters as they are.
 */
export const SignalName = z.enum([
  // what the drive reports
  'statusword',
  'modeDisplay',
  'actualPosition',
  'actualVelocity',
  'followingError',
  'errorCode',
  'digitalInputs',
  'actualTorque',
  'temperature',
  'supplyVoltage',
  'setpointCounter',
  // what tells it apart
  'bootCounter',
  'vendorId',
  'productCode',
  'firmwareVersion',
  'serialNumber',
  // what commands it
  'controlword',
  'modeOfOperation',
  'targetPosition',
  'profileVelocity',
  'profileAcceleration',
  'profileDeceleration',
  'armGroup',
  'targetVelocity',
  'groupTrigger',
  // what configures it
  'quickStopDeceleration',
  'quickStopOption',
  'watchdogTimeout',
  'homingMethod',
  'homingSpeedFast',
  'homingSpeedSlow',
  'homingAcceleration',
  'homeOffset',
]);
export type SignalName = z.infer<typeof SignalName>;

export const RegisterType = z.enum(['u16', 'i16', 'u32', 'i32']);
export type RegisterType = z.infer<typeof RegisterType>;

export const Register = z.strictObject({
  address: Word,
  type: RegisterType,
  table: z.enum(['holding', 'input']).default('holding'),
  access: z.enum(['read', 'write', 'read-write']),
  /** How often it is read: with every fast poll, with every slow poll, or only when somebody asks. */
  poll: z.enum(['fast', 'slow', 'never']).default('never'),
  /** Canonical value = register value x scale. */
  scale: z.number().positive().default(1),
  unit: z.string().optional(),
  /** Writing it wears a memory cell; only an explicit, counted command may. */
  eeprom: z.boolean().default(false),
  /** Where the fact stands: manual and page, code, or "inferred". */
  see: z.string(),
});
export type Register = z.infer<typeof Register>;

const FaultCategory = z.enum([
  'current',
  'voltage',
  'temperature',
  'hardware',
  'software',
  'sensor',
  'motion',
  'communication',
  'external',
  'other',
]);

export const FaultText = z.strictObject({
  code: Word,
  category: FaultCategory,
  text: z.string(),
  /** What the operator should do. */
  remedy: z.string(),
  resettable: z.boolean(),
});
export type FaultText = z.infer<typeof FaultText>;

export const Verb = z.enum([
  'enable',
  'disable',
  'resetFault',
  'moveTo',
  'arm',
  'moveVelocity',
  'home',
  'setPosition',
  'halt',
  'quickStop',
]);
export type Verb = z.infer<typeof Verb>;

export const Profile = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
  title: z.string(),
  /** Not a vendor's map: refuses to move a real line until the site says `acceptPlaceholder: true`. */
  placeholder: z.boolean().default(false),
  scheme: z.enum(['cia402']),
  source: z.string(),
  serial: z.strictObject({
    baudRate: z.int().positive(),
    parity: z.enum(['none', 'even', 'odd']),
    stopBits: z.union([z.literal(1), z.literal(2)]),
  }),
  timing: z.strictObject({
    /** Longest time to the first byte of an answer. */
    turnaroundMs: z.number().positive(),
    /** Silence the drive needs between an answer and the next request. */
    interFrameGapMs: z.number().nonnegative(),
    /** How long it stays silent after power-up. */
    bootMs: z.number().nonnegative(),
  }),
  limits: z.strictObject({
    maxReadRegisters: z.int().min(1).max(125),
    maxWriteRegisters: z.int().min(1).max(123),
    /** Registers that may be read along to merge two reads into one; 0 where holes answer with an exception. */
    maxMergeGap: z.int().nonnegative(),
  }),
  /** Whether a write to unit 0 is obeyed. */
  broadcast: z.enum(['none', 'obeyed']),
  wordOrder: z.enum(['high-first', 'low-first']),
  countsPerRevolution: z.number().positive(),
  verbs: z.array(Verb),
  identity: z.strictObject({
    /** Registers whose values prove the model. */
    match: z.partialRecord(SignalName, z.int()),
  }),
  /** The drive's own communication watchdog; null where it has none. */
  watchdog: z.strictObject({ defaultMs: z.int().positive(), minMs: z.int(), maxMs: z.int() }).nullable(),
  /** Facts that only a CiA 402 drive has. */
  cia402: z
    .strictObject({
      /** Bit of the statusword that says "the position is referenced", volatile in the drive; null where there is none. */
      referencedBit: z.int().min(8).max(15).nullable(),
      /** Bits of `digitalInputs` (60FDh order: negative limit, positive limit, home switch). */
      inputs: z.strictObject({ negativeLimit: z.int(), positiveLimit: z.int(), home: z.int() }).nullable(),
      /** Homing methods of 6098h that the drive knows. */
      homingMethods: z.array(z.int()),
    })
    .optional(),
  registers: z.partialRecord(SignalName, Register),
  faults: z.array(FaultText),
  /** Values that the drive shows after power-up; the simulator starts from them. Others are 0. */
  resetValues: z.partialRecord(SignalName, z.number()).default({}),
});

/** A profile after validation, defaults filled in. */
export type Profile = z.infer<typeof Profile>;

/** Canonical values by signal; a signal that was not read is absent, never 0. */
export type Signals = Readonly<Partial<Record<SignalName, number>>>;
