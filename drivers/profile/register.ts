import { z } from 'zod';

/** A register address or a 16-bit value. */
export const Word = z.int().min(0).max(0xffff);

/** `u8-high` and `u8-low` are the two bytes of one register; `none` is a command without any value. */
export const RegisterType = z.enum(['u16', 'i16', 'u32', 'i32', 'i48', 'u8-high', 'u8-low', 'none']);
export type RegisterType = z.infer<typeof RegisterType>;

/** How well a fact is known: read in the maker's manual, in other people's code, concluded; or our own invention. */
export const Confidence = z.enum(['own', 'manual', 'code', 'inferred']);
export type Confidence = z.infer<typeof Confidence>;

/** 16384/60 says more than 273.0666666666667. */
const Ratio = z
  .string()
  .regex(/^\d+(\.\d+)?\/\d+(\.\d+)?$/, 'expected a number, or two with a slash as 16384/60')
  .transform((ratio) => {
    const [over = 1, under = 1] = ratio.split('/').map(Number);
    return over / under;
  })
  .pipe(z.number().positive());

export const Register = z.strictObject({
  address: Word,
  type: RegisterType,
  /** `either`: some firmwares answer function 3, others function 4; what works is found out and kept. */
  table: z.enum(['holding', 'input', 'either']).default('holding'),
  access: z.enum(['read', 'write', 'read-write']),
  /** How often it is read: with every fast poll, with every slow poll, or only when somebody asks. */
  poll: z.enum(['fast', 'slow', 'never']).default('never'),
  /**
   * `address` is not a place but a command with so many registers, read and written only as a whole; the value begins
   * with register `at` of them. Such blocks may lie on one another's addresses.
   */
  block: z.strictObject({ words: z.int().min(1).max(125), at: z.int().nonnegative().default(0) }).optional(),
  /** Canonical value = register value x scale. */
  scale: z.union([z.number().positive(), Ratio]).default(1),
  /** Canonical value = scale / (register value), or scale / (from - register value): ramps that are given as times. */
  inverse: z.strictObject({ from: Word.optional() }).optional(),
  unit: z.string().optional(),
  /** Least and greatest canonical value that the drive takes. */
  range: z.tuple([z.number(), z.number()]).optional(),
  /** Writing it wears a memory cell; only an explicit, counted command may. */
  eeprom: z.boolean().default(false),
  /** Where the fact stands: manual and page, code, or why it is concluded. */
  see: z.string(),
  /** Where it differs from the profile's. */
  confidence: Confidence.optional(),
});
export type Register = z.infer<typeof Register>;
