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

const Block = z.strictObject({
  words: z.int().min(1).max(125).describe('how many registers the command has'),
  at: z.int().nonnegative().default(0).describe('the register of them with which the value begins'),
});

export const Register = z
  .strictObject({
    address: Word.describe('as on the wire, from 0'),
    type: RegisterType.describe('how the value lies in its registers; u8-high and u8-low are the two bytes of one'),
    table: z
      .enum(['holding', 'input', 'either'])
      .default('holding')
      .describe(
        'read with function 3, or 4; either: some firmwares answer the one, others the other, which is found out',
      ),
    access: z.enum(['read', 'write', 'read-write']).describe('what can be done with it'),
    poll: z
      .enum(['fast', 'slow', 'never'])
      .default('never')
      .describe('read with every fast poll, with every slow poll (once a second), or only when somebody asks'),
    block: Block.optional().describe(
      'the address is no place but a command with so many registers, read and written only as a whole; such blocks may lie on one another',
    ),
    scale: z
      .union([z.number().positive(), Ratio])
      .default(1)
      .describe('canonical value = register value x scale; a number, or a ratio as 16384/60'),
    inverse: z
      .strictObject({ from: Word.optional().describe('canonical value = scale / (from - register value)') })
      .optional()
      .describe('canonical value = scale / register value: for ramps that are given as times'),
    unit: z
      .string()
      .optional()
      .describe('of the canonical value, for people: counts, counts/s, counts/s2, ms, %, degC, V'),
    range: z
      .tuple([z.number(), z.number()])
      .optional()
      .describe('least and greatest canonical value that the drive takes'),
    eeprom: z
      .boolean()
      .default(false)
      .describe('writing it wears a memory cell: only an explicit, counted command may'),
    see: z.string().describe('where the fact stands: manual and page, code, or why it is concluded'),
    confidence: Confidence.optional().describe("how well it is known, where that differs from the profile's"),
  })
  .meta({ id: 'Register' });
export type Register = z.infer<typeof Register>;
