import type { Clock } from '../../../drivers/base/index.ts';
import type { Profile, WriteBlock } from '../../../drivers/profile/index.ts';
import { serialName } from '../scan/serial-choice.ts';
import { planChange, type Change } from './change-plan.ts';
import type { Address, PortDesk, Resident } from './port-desk.ts';

export interface ChangeOptions {
  readonly desk: PortDesk;
  readonly clock: Clock;
  readonly at: Address;
  readonly change: Change;
  /** Asked with what will be done before the first write; false ends it there. */
  readonly confirm: (question: string) => Promise<boolean>;
}

export type ChangeOutcome =
  | {
      readonly status: 'done' | 'after-power-up';
      readonly text: string;
      readonly at: Address;
      readonly eepromWrites: number;
    }
  | { readonly status: 'refused' | 'lost'; readonly text: string; readonly eepromWrites: number };

/** Longer than any drive that is known takes to start anew after such a change. */
const LONGEST_ABSENCE_MS = 3000;
const LOOK_AGAIN_MS = 500;

/**
 * Gives a drive another address or speed and proves where it answers then. Nothing is written where two drives answer,
 * where somebody has the new address already, and before a person has said yes.
 */
export async function changeDrive(options: ChangeOptions): Promise<ChangeOutcome> {
  const { desk, at, change, confirm } = options;
  const there = await desk.look(at);
  if (there.kind !== 'drive') return refused(absence(there, at));
  const { profile } = there.match;
  if (profile === null) return refused(`no profile knows what answers at ${place(at)}: name one with --profile`);
  const planned = planChange(profile, change);
  if (!planned.ok) return refused(planned.reason);
  const to = target(at, change);
  const neighbour = change.kind === 'unit' ? await desk.look(to) : null;
  if (neighbour !== null && neighbour.kind !== 'nobody') return refused(`unit ${to.unit} is taken: choose another`);
  const { eepromWrites } = planned.plan;
  if (!(await confirm(question({ profile, at, to, eepromWrites })))) return refused('nothing was changed');
  return carryOut(options, { profile, to, ...planned.plan });
}

interface Order {
  readonly profile: Profile;
  readonly to: Address;
  readonly before: readonly WriteBlock[];
  readonly change: WriteBlock;
  readonly after: readonly WriteBlock[];
  readonly eepromWrites: number;
}

async function carryOut(options: ChangeOptions, order: Order): Promise<ChangeOutcome> {
  const { desk, at } = options;
  const { profile, to, eepromWrites } = order;
  for (const block of order.before) await desk.write(at, block, profile);
  // its answer may come from the old place, from the new one, or not at all: where the drive is then is looked for
  await desk.write(at, order.change, profile);
  const now = await find(options, order);
  if (now === null) {
    const text = `nobody answers at ${place(at)} nor at ${place(to)} any more: switch the drive off and on, then kmotion scan --units 1-247`;
    return { status: 'lost', text, eepromWrites };
  }
  for (const block of order.after) {
    if (!(await desk.write(now, block, profile))) {
      return {
        status: 'lost',
        text: `the drive at ${place(now)} did not confirm that it keeps the change: try again`,
        eepromWrites,
      };
    }
  }
  if (now === to) return { status: 'done', text: `the drive answers at ${place(to)}`, at: to, eepromWrites };
  const text = `the drive keeps ${place(to)} and takes it when it is switched off and on; until then it answers at ${place(at)}`;
  return { status: 'after-power-up', text, at, eepromWrites };
}

/** The new place first: a drive that is starting anew is given time. */
async function find({ desk, clock, at }: ChangeOptions, { to, profile }: Order): Promise<Address | null> {
  for (let waitedMs = 0; waitedMs <= LONGEST_ABSENCE_MS; waitedMs += LOOK_AGAIN_MS) {
    for (const address of [to, at]) if (isIt(await desk.look(address), profile)) return address;
    await clock.sleep(LOOK_AGAIN_MS);
  }
  return null;
}

const isIt = (resident: Resident, { id }: Profile): boolean =>
  resident.kind === 'drive' && resident.match.profile?.id === id;

const target = (at: Address, change: Change): Address =>
  change.kind === 'unit'
    ? { ...at, unit: change.unit }
    : { ...at, serial: { ...at.serial, baudRate: change.baudRate } };

const place = ({ unit, serial }: Address): string => `unit ${unit} at ${serialName(serial)}`;

const refused = (text: string): ChangeOutcome => ({ status: 'refused', text, eepromWrites: 0 });

function absence({ kind }: Resident, at: Address): string {
  if (kind === 'nobody') return `nobody answers at ${place(at)}: kmotion scan finds who is there`;
  return `two drives answer at ${place(at)}, and both would obey: disconnect one of them first`;
}

function question(order: Pick<Order, 'profile' | 'to' | 'eepromWrites'> & { readonly at: Address }): string {
  const { profile, at, to, eepromWrites } = order;
  const wear =
    eepromWrites === 0
      ? ''
      : ` It writes ${eepromWrites} time${eepromWrites === 1 ? '' : 's'} to the drive's EEPROM, which wears with every write.`;
  return `${profile.id} at ${place(at)} becomes ${place(to)}.${wear} Do it?`;
}
