import {
  deniedWrite,
  planWrites,
  type Profile,
  type SignalName,
  type WriteBlock,
} from '../../../drivers/profile/index.ts';

/** What the drive is to keep. */
export type Change =
  { readonly kind: 'unit'; readonly unit: number } | { readonly kind: 'baud'; readonly baudRate: number };

/** The frames that change it, in order, and what they cost the drive. */
interface ChangePlan {
  /** Before: an open lock. */
  readonly before: readonly WriteBlock[];
  /** After it nobody knows where the drive answers. */
  readonly change: WriteBlock;
  /** To wherever it answers then: store, lock again. */
  readonly after: readonly WriteBlock[];
  /** Writes to memory cells that wear. */
  readonly eepromWrites: number;
}

export type PlanAnswer =
  { readonly ok: true; readonly plan: ChangePlan } | { readonly ok: false; readonly reason: string };

/** How a drive of this profile is given another address or speed; or why it cannot be done from here. Pure. */
export function planChange(profile: Profile, change: Change): PlanAnswer {
  const wanted = change.kind === 'unit' ? unitWrite(profile, change.unit) : baudWrite(profile, change.baudRate);
  if (typeof wanted === 'string') return { ok: false, reason: wanted };
  const plan = framesOf(profile, wanted);
  const denied = [...plan.before, plan.change, ...plan.after].flatMap(
    ({ address, words }) => deniedWrite(profile, address, words) ?? [],
  );
  return denied[0] === undefined ? { ok: true, plan } : { ok: false, reason: denied[0] };
}

function framesOf(profile: Profile, { signal, block }: Wanted): ChangePlan {
  const { lock, save } = profile.commissioning ?? {};
  const locked = (value: number): readonly WriteBlock[] => writes(profile, 'eepromLock', value);
  const saved = save === undefined ? [] : writes(profile, 'saveCommand', save);
  return {
    before: lock === undefined ? [] : locked(lock.open),
    change: block,
    after: [...saved, ...(lock === undefined ? [] : locked(lock.closed))],
    eepromWrites: (profile.registers[signal]?.eeprom === true ? 1 : 0) + saved.length,
  };
}

interface Wanted {
  readonly signal: SignalName;
  readonly block: WriteBlock;
}

function unitWrite(profile: Profile, unit: number): Wanted | string {
  const { least, greatest } = profile.units;
  if (unit < least || unit > greatest)
    return `${profile.id} can have the addresses ${least} to ${greatest}, not ${unit}`;
  return (
    oneWrite(profile, 'unitAddress', unit) ??
    `${profile.id} has no register for its address: set it at the drive itself (switches, menu)`
  );
}

function baudWrite(profile: Profile, baudRate: number): Wanted | string {
  const rates = Object.entries(profile.commissioning?.baudRates ?? {});
  const code = rates.find(([, rate]) => rate === baudRate)?.[0];
  if (code !== undefined) {
    const wanted = oneWrite(profile, 'baudRateCode', Number(code));
    if (wanted !== null) return wanted;
  }
  if (rates.length === 0)
    return `of ${profile.id} no codes of baud rates are known: set it at the drive itself (switches, menu)`;
  return `${profile.id} can have ${rates.map(([, rate]) => rate).join(', ')} baud, not ${baudRate}`;
}

/** Null where the profile has no such register, or not that value. */
function oneWrite(profile: Profile, signal: SignalName, value: number): Wanted | null {
  const [block] = writes(profile, signal, value);
  return block === undefined ? null : { signal, block };
}

function writes(profile: Profile, signal: SignalName, value: number): readonly WriteBlock[] {
  const register = profile.registers[signal];
  if (register === undefined || register.access === 'read') return [];
  if (register.range !== undefined && (value < register.range[0] || value > register.range[1])) return [];
  return planWrites(profile, { [signal]: value });
}
