import type { FaultText, Profile } from '../../profile/index.ts';
import type { DriveState } from '../scheme.ts';

type Fault = NonNullable<DriveState['fault']>;

/** What `errorCode` says: a number of 603Fh, or a bit for each of several faults. */
export function faultOf(code: number, profile: Profile): Fault {
  const isBits = profile.cia402?.errorCodes === 'bits';
  const [first, ...more] = profile.faults.filter((fault) => (isBits ? (code & fault.code) !== 0 : code === fault.code));
  if (first === undefined) return unlisted(code, isBits);
  const all = [first, ...more];
  const means = all.find((fault) => fault.means !== undefined)?.means;
  return {
    code,
    category: first.category,
    ...(means && { means }),
    text: all.map(({ text }) => text).join('; '),
    remedy: all.map(({ remedy }) => remedy).join(' '),
    resettable: all.every(({ resettable }) => resettable),
  };
}

/** Leading digit of 603Fh where the profile does not list the code (IEC 61800-7-201, error codes). */
const categories: Readonly<Record<number, FaultText['category']>> = {
  2: 'current',
  3: 'voltage',
  4: 'temperature',
  5: 'hardware',
  6: 'software',
  7: 'sensor',
  8: 'motion',
  9: 'external',
};

/** An unknown fault may be reset: the drive itself refuses where its cause is still there. */
function unlisted(code: number, isBits: boolean): Fault {
  const text = `Drive fault 0x${code.toString(16).toUpperCase().padStart(4, '0')}`;
  const category = (isBits ? undefined : categories[code >> 12]) ?? 'other';
  return { code, category, text, remedy: null, resettable: true };
}
