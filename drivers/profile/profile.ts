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

export const FaultText = z
  .strictObject({
    code: Word.describe('what errorCode shows'),
    category: FaultCategory.describe('what kind of trouble it is'),
    means: z
      .enum(['stalled', 'followingError', 'hardLimitActive', 'softLimit'])
      .optional()
      .describe('what it says of the motion, where the manual says so'),
    text: z.string().describe('what is wrong, in a few words'),
    remedy: z.string().describe('what the operator should do'),
    resettable: z.boolean().describe('whether a fault reset is enough; otherwise power must be switched off and on'),
  })
  .meta({ id: 'Fault' });
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

const SerialSettings = z
  .strictObject({
    baudRate: z.int().positive().describe('bits a second, as 115200'),
    parity: z.enum(['none', 'even', 'odd']).describe('parity bit'),
    stopBits: z.union([z.literal(1), z.literal(2)]).describe('stop bits'),
  })
  .meta({ id: 'SerialSettings' });

export const ChannelName = z.enum(['left', 'right']);
export type ChannelName = z.infer<typeof ChannelName>;

const Registers = z.partialRecord(SignalName, Register).meta({ id: 'Registers' });

const Denied = z
  .strictObject({
    address: Word.describe('the register'),
    values: z.array(Word).optional().describe('only these values; all of them unless told'),
    why: z.string().describe('what the write would do'),
  })
  .meta({ id: 'Denied' });

const Commissioning = z.strictObject({
  baudRates: z
    .record(z.string().regex(/^\d{1,5}$/, 'expected a code, as 2'), z.int().positive())
    .default({})
    .describe('baud rate by the code that baudRateCode takes'),
  save: Word.optional().describe(
    'what saveCommand is told so that the drive keeps its parameters; left out where it keeps what it is told at once',
  ),
  lock: z
    .strictObject({ open: Word.describe('lets writes through'), closed: Word.describe('keeps them out') })
    .optional()
    .describe('values of eepromLock between which a write is kept; left out where there is no lock'),
});

const Units = z.strictObject({
  least: z.int().min(1).describe('the smallest address'),
  greatest: z.int().max(0xffff).describe('the greatest address'),
  factory: z.int().min(1).describe('the one with which it leaves the factory'),
});

const Timing = z.strictObject({
  turnaroundMs: z
    .number()
    .positive()
    .describe('longest time from the end of a request to the first byte of its answer'),
  interFrameGapMs: z.number().nonnegative().describe('silence the drive needs between an answer and the next request'),
  quietAfterWriteMs: z.number().nonnegative().default(0).describe('silence it needs after a write'),
  quietAfterBroadcastMs: z.number().nonnegative().default(0).describe('silence it needs after a broadcast'),
  bootMs: z.number().nonnegative().describe('how long it stays silent after power-up'),
});

const Limits = z.strictObject({
  maxReadRegisters: z.int().min(1).max(125).describe('most registers of one read'),
  maxWriteRegisters: z.int().min(1).max(123).describe('most registers of one write'),
  maxMergeGap: z
    .int()
    .nonnegative()
    .describe(
      'unmapped registers that may be read along to make one read of two; 0 where holes answer with an exception',
    ),
});

const Proof = z.union([z.int().transform((value) => [value]), z.array(z.int()).min(1)]).meta({ id: 'Proof' });

const Identity = z.strictObject({
  match: z
    .partialRecord(SignalName, Proof)
    .describe('registers whose values prove the model: one value, or a list of those that do; {} where nothing does'),
  firmware: z
    .enum(['major-minor', 'number', 'hexadecimal'])
    .default('major-minor')
    .describe('how firmwareVersion is shown to people'),
});

const Watchdog = z.strictObject({
  defaultMs: z.int().positive().describe('what is set unless the site file says otherwise'),
  minMs: z.int().describe('the shortest it can be set to'),
  maxMs: z.int().describe('the longest it can be set to'),
});

/** Every key is described here once: for editors by way of the JSON Schema, and for people in it. */
export const Profile = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'expected lower-case letters, digits and dashes, as my-drive')
    .describe('the word by which site files call it: maker and model in lower-case letters, digits and dashes'),
  title: z.string().describe('maker and model, for people'),
  placeholder: z
    .boolean()
    .default(false)
    .describe("not a vendor's map: refuses to move a real line until the site says acceptPlaceholder: true"),
  scheme: z
    .enum(Object.keys(families) as [SchemeName, ...SchemeName[]])
    .describe('the family: how such drives are commanded'),
  source: z.string().describe('where its facts come from: manuals with their version, code of others'),
  confidence: Confidence.describe('how well its facts are known, unless a register says otherwise'),
  notes: z.array(z.string()).default([]).describe('what may surprise whoever uses the drive; shown to people'),
  framing: z
    .enum(['rtu', 'dooya'])
    .default('rtu')
    .describe('the frames on the wire; every drive of a line has the same'),
  serial: SerialSettings.extend({
    candidates: z.array(SerialSettings).default([]).describe('what scans try besides, in this order'),
  })
    .meta({ id: 'FactorySerial' })
    .describe('as the drive leaves the factory'),
  units: Units.default({ least: 1, greatest: 247, factory: 1 }).describe('addresses that the drive can have'),
  timing: Timing.describe('silences and times in ms'),
  limits: Limits.describe('how much fits into one frame'),
  broadcast: z.enum(['none', 'obeyed']).describe('whether a write to unit 0 is obeyed'),
  refusals: z
    .enum(['standard', 'marker', 'always-81'])
    .default('standard')
    .describe(
      'how it says no: by Modbus exceptions; by a marker in an answer that looks good (value 0xFFFF, quantity 0); by function 0x81 whatever was read',
    ),
  leadingNoise: z
    .boolean()
    .default(false)
    .describe('its bus floats while it turns round: up to two bytes of noise may stand before an answer'),
  crcErrorException: z.boolean().default(false).describe('it answers a request with a bad CRC, with exception 8'),
  singleWrites: z
    .union([z.literal(6), z.literal(16)])
    .default(6)
    .describe('the function with which one register is written'),
  wordOrder: z.enum(['high-first', 'low-first']).describe('which register of a value of several comes first'),
  countsPerRevolution: z
    .number()
    .positive()
    .describe('counts of the position, after scaling, for one turn of the motor'),
  absoluteEncoder: z
    .boolean()
    .default(false)
    .describe('it knows its position after power-up, so that no absence costs the reference'),
  verbs: z.array(Verb).describe('what the drive can do; a verb that is missing is a capability that it lacks'),
  retargets: z
    .enum(['moving', 'at-rest'])
    .default('at-rest')
    .describe('moving: a new target takes over while the motor turns, without a stop in between; at-rest: it may not'),
  identity: Identity.describe('what tells the model'),
  watchdog: Watchdog.nullable().describe("the drive's own communication watchdog; null where it has none"),
  homingMethods: z
    .array(z.int())
    .default([])
    .describe('homing methods that it knows: numbers of CiA 402 (6098h), negative ones for its own'),
  deny: z.array(Denied).default([]).describe('writes that are refused on every path, raw access included'),
  commissioning: Commissioning.optional().describe(
    'how it keeps another address or speed; the registers are unitAddress, baudRateCode, saveCommand, eepromLock',
  ),
  cia402: Cia402Facts.optional().describe('facts of the scheme cia402'),
  commandBlock: CommandBlockFacts.optional().describe('facts of the scheme command-block'),
  twinAxis: TwinAxisFacts.optional().describe('facts of the scheme twin-axis'),
  positionTable: PositionTableFacts.optional().describe('facts of the scheme position-table'),
  directData: DirectDataFacts.optional().describe('facts of the scheme direct-data'),
  goalPosition: GoalPositionFacts.optional().describe('facts of the scheme goal-position'),
  openLoopSpeed: OpenLoopSpeedFacts.optional().describe('facts of the scheme open-loop-speed'),
  cover: CoverFacts.optional().describe('facts of the scheme cover'),
  registers: Registers.describe('where each signal stands'),
  channels: z
    .partialRecord(
      ChannelName,
      z.strictObject({ registers: Registers.describe('where the signals of this axis stand') }),
    )
    .optional()
    .describe('two axes in one unit: the registers that each has for itself, beside the common ones'),
  faults: z.array(FaultText).describe('what errorCode can show'),
  mustHold: z
    .partialRecord(SignalName, z.number())
    .default({})
    .describe(
      'settings without which the other facts are not true, as the lines of the encoder: checked whenever the drive is attached, never written; with another value it is refused',
    ),
  resetValues: z
    .partialRecord(SignalName, z.number())
    .default({})
    .describe('values that the drive shows after power-up; the simulator starts from them, others are 0'),
});

/** A profile after validation, defaults filled in. */
export type Profile = z.infer<typeof Profile> & {
  /** Of two axes in one unit: which one this is the profile of, and the whole that it was taken from. Never in a file. */
  readonly narrowed?: { readonly channel: ChannelName; readonly of: Profile };
};
