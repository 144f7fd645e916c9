import { z } from 'zod';
import { Cia402Facts } from './families/cia402.ts';
import { CommandBlockFacts } from './families/command-block.ts';
import { CoverFacts } from './families/cover.ts';
import { DirectDataFacts } from './families/direct-data.ts';
import { GoalPositionFacts } from './families/goal-position.ts';
import { OpenLoopSpeedFacts } from './families/open-loop-speed.ts';
import { PositionTableFacts } from './families/position-table.ts';
import { TwinAxisFacts } from './families/twin-axis.ts';
import { families, type SchemeName } from './families.ts';
import { Confidence, Register, Word } from './register.ts';
import { SignalName } from './signal-name.ts';

// A drive profile is data: one YAML file says everything that is particular to a drive model, each fact with its
// source, so that a drive of a known family needs no code and no build.

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

const SerialSettings = z.strictObject({
  baudRate: z.int().positive(),
  parity: z.enum(['none', 'even', 'odd']),
  stopBits: z.union([z.literal(1), z.literal(2)]),
});

export const ChannelName = z.enum(['left', 'right']);
export type ChannelName = z.infer<typeof ChannelName>;

const Registers = z.partialRecord(SignalName, Register);

/** A write that is refused on every path, raw access included. */
const Denied = z.strictObject({
  address: Word,
  /** Only these values; all of them unless told. */
  values: z.array(Word).optional(),
  why: z.string(),
});

/** How the drive keeps another address or speed; the registers are unitAddress, baudRateCode, saveCommand, eepromLock. */
const Commissioning = z.strictObject({
  /** Baud rate by the code that baudRateCode takes. */
  baudRates: z.record(z.string().regex(/^\d{1,5}$/, 'a code, as 2'), z.int().positive()).default({}),
  /** What saveCommand is told so that the drive keeps its parameters; none where it keeps what it is told at once. */
  save: Word.optional(),
  /** Values of eepromLock between which a write is kept; none where there is no lock. */
  lock: z.strictObject({ open: Word, closed: Word }).optional(),
});

export const Profile = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
  title: z.string(),
  /** Not a vendor's map: refuses to move a real line until the site says `acceptPlaceholder: true`. */
  placeholder: z.boolean().default(false),
  scheme: z.enum(Object.keys(families) as [SchemeName, ...SchemeName[]]),
  source: z.string(),
  /** How well its facts are known, unless a register says otherwise. */
  confidence: Confidence,
  /** What may surprise whoever uses the drive; shown to people. */
  notes: z.array(z.string()).default([]),
  framing: z.enum(['rtu', 'dooya']).default('rtu'),
  /** As the drive leaves the factory, and what else scans try, in order. */
  serial: SerialSettings.extend({ candidates: z.array(SerialSettings).default([]) }),
  /** Addresses that the drive can have, and the one it leaves the factory with. */
  units: z
    .strictObject({ least: z.int().min(1), greatest: z.int().max(0xffff), factory: z.int().min(1) })
    .default({ least: 1, greatest: 247, factory: 1 }),
  timing: z.strictObject({
    /** Longest time to the first byte of an answer. */
    turnaroundMs: z.number().positive(),
    /** Silence the drive needs between an answer and the next request. */
    interFrameGapMs: z.number().nonnegative(),
    /** Silence it needs after a write, and after a broadcast. */
    quietAfterWriteMs: z.number().nonnegative().default(0),
    quietAfterBroadcastMs: z.number().nonnegative().default(0),
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
  /**
   * How the drive says no: by Modbus exceptions; by a `marker` in an answer that looks good (value 0xFFFF, quantity 0);
   * by function 0x81 whatever was read.
   */
  refusals: z.enum(['standard', 'marker', 'always-81']).default('standard'),
  /** Its bus floats while it turns round: up to two bytes of noise may stand before an answer. */
  leadingNoise: z.boolean().default(false),
  /** It answers a request with a bad CRC, with exception 8. */
  crcErrorException: z.boolean().default(false),
  /** The function with which one register is written. */
  singleWrites: z.union([z.literal(6), z.literal(16)]).default(6),
  wordOrder: z.enum(['high-first', 'low-first']),
  countsPerRevolution: z.number().positive(),
  /** It knows its position after power-up, so that no absence costs the reference. */
  absoluteEncoder: z.boolean().default(false),
  verbs: z.array(Verb),
  identity: z.strictObject({
    /** Registers whose values prove the model: one value, or a list of those that do. */
    match: z.partialRecord(SignalName, z.union([z.int().transform((value) => [value]), z.array(z.int()).min(1)])),
    /** How `firmwareVersion` is shown to people. */
    firmware: z.enum(['major-minor', 'number', 'hexadecimal']).default('major-minor'),
  }),
  /** The drive's own communication watchdog; null where it has none. */
  watchdog: z.strictObject({ defaultMs: z.int().positive(), minMs: z.int(), maxMs: z.int() }).nullable(),
  /** Homing methods that the drive knows: numbers of CiA 402 (6098h), negative ones for its own. */
  homingMethods: z.array(z.int()).default([]),
  deny: z.array(Denied).default([]),
  commissioning: Commissioning.optional(),
  cia402: Cia402Facts.optional(),
  commandBlock: CommandBlockFacts.optional(),
  twinAxis: TwinAxisFacts.optional(),
  positionTable: PositionTableFacts.optional(),
  directData: DirectDataFacts.optional(),
  goalPosition: GoalPositionFacts.optional(),
  openLoopSpeed: OpenLoopSpeedFacts.optional(),
  cover: CoverFacts.optional(),
  registers: Registers,
  /** Two axes in one unit: the registers that each has for itself, beside the common ones above. */
  channels: z.partialRecord(ChannelName, z.strictObject({ registers: Registers })).optional(),
  faults: z.array(FaultText),
  /** Values that the drive shows after power-up; the simulator starts from them. Others are 0. */
  resetValues: z.partialRecord(SignalName, z.number()).default({}),
});

/** A profile after validation, defaults filled in. */
export type Profile = z.infer<typeof Profile> & {
  /** Of two axes in one unit: which one this is the profile of, and the whole that it was taken from. Never in a file. */
  readonly narrowed?: { readonly channel: ChannelName; readonly of: Profile };
};
