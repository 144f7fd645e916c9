import { expect, test } from 'vitest';
import { createVirtualClock, type VirtualClock } from '../../../drivers/base/index.ts';
import { Refusal, problem, type LeaseGrant } from '../../../services/contracts/index.ts';
import { DeviceUnreachable, type DeviceClient } from '../../../services/orchestrator/index.ts';
import {
  createMemberLeases,
  type HeldLeases,
  type MemberLeases,
} from '../../../services/orchestrator/member-leases.ts';
import { LeaseBook } from '../../../services/device/domain/lease-book.ts';

interface Bench {
  readonly clock: VirtualClock;
  readonly leases: MemberLeases;
  /** The books of the drives themselves. */
  readonly books: ReadonlyMap<string, LeaseBook>;
  readonly asked: string[];
  /** Until it is put right nobody answers. */
  silent: boolean;
}

const DRIVES = ['left', 'right'];

function bench(isNeeded = true): Bench {
  const clock = createVirtualClock();
  const books = new Map(DRIVES.map((drive) => [drive, new LeaseBook()]));
  const asked: string[] = [];
  const reach = (what: string): void => {
    asked.push(what);
    if (made.silent) throw new DeviceUnreachable('no answer', 'unknown');
  };
  const until = (ttlMs = 10_000) => ({ nowMs: clock.nowMs(), expiresAtMs: clock.nowMs() + ttlMs });
  const grantOf = (drive: string, lease: { owner: string; token: string } | null): LeaseGrant => {
    if (lease === null) throw new Refusal(problem('leaseHeld', `${drive} is held.`, { drive }));
    return { drive, ...lease, expiresAt: new Date(clock.unixMs()).toISOString(), epoch: '12345678' };
  };
  const client = {
    async takeLease(drive, { owner, ttlMs }) {
      reach(`take ${drive}`);
      return grantOf(drive, books.get(drive)!.take(owner, 'e', until(ttlMs)));
    },
    async renewLease(drive, { token, ttlMs }) {
      reach(`renew ${drive}`);
      return grantOf(drive, books.get(drive)!.renew(token, until(ttlMs)));
    },
    async giveLeaseBack(drive) {
      reach(`return ${drive}`);
      books.get(drive)!.end();
    },
  } as Partial<DeviceClient> as DeviceClient;
  const leases = createMemberLeases({ clientOf: () => client, clock, owner: 'one of us', isNeeded });
  const made: Bench = { clock, leases, books, asked, silent: false };
  return made;
}

async function held({ leases }: Bench, drives = DRIVES): Promise<HeldLeases> {
  const holding = await leases.hold(drives);
  if (!holding.ok) throw new Error(holding.detail);
  return holding.held;
}

const authorityOf = ({ books, leases, clock }: Bench, drive: string): string =>
  books.get(drive)!.authorityOf(leases.tokenOf(drive), true, clock.nowMs());

test('the leases of all members are held and renewed for as long as the command takes, then given back', async () => {
  const site = bench();
  const { lost, release } = await held(site);
  await site.clock.advance(60_000);

  expect(DRIVES.map((drive) => authorityOf(site, drive))).toEqual(['granted', 'granted']);
  expect(lost.aborted).toBe(false);
  await release();
  expect(site.books.get('left')!.current(site.clock.nowMs())).toBeNull();
  expect(site.leases.tokenOf('left')).toBeUndefined();
});

test('one member that is held by somebody else is refused, and no lease is kept of the others', async () => {
  const site = bench();
  site.books.get('right')!.take('a robot', 'e', { nowMs: 0, expiresAtMs: 60_000 });

  expect(await site.leases.hold(DRIVES)).toMatchObject({ ok: false, drive: 'right', code: 'leaseHeld' });
  expect(site.books.get('left')!.current(0)).toBeNull();
});

test('commands that overlap share one lease: the second does not fence off the first', async () => {
  const site = bench();
  const first = await held(site);
  const token = site.leases.tokenOf('left');
  const second = await held(site, ['left']);

  expect(site.leases.tokenOf('left')).toBe(token);
  await second.release();
  expect(authorityOf(site, 'left')).toBe('granted');
  await first.release();
  expect(site.asked.filter((what) => what.endsWith('left'))).toEqual(['take left', 'return left']);
});

test('a lease that another took is lost at the next renewal', async () => {
  const site = bench();
  const { lost } = await held(site);
  site.books.get('right')!.end();
  site.books.get('right')!.take('a robot', 'e', { nowMs: 0, expiresAtMs: 60_000 });
  await site.clock.advance(2000);

  expect(lost.aborted).toBe(true);
  expect(site.leases.tokenOf('right')).toBeUndefined();
});

test('one renewal that nobody answered is made good; silence for as long as the lease is not', async () => {
  const site = bench();
  const { lost } = await held(site);
  site.silent = true;
  await site.clock.advance(2000);
  site.silent = false;
  await site.clock.advance(10_000);
  expect(lost.aborted).toBe(false);

  site.silent = true;
  await site.clock.advance(6000);
  expect(lost.aborted).toBe(true);
});

test('where no lease is asked for none is taken', async () => {
  const site = bench(false);
  await held(site);

  expect(site.asked).toEqual([]);
  expect(site.leases.tokenOf('left')).toBeUndefined();
});
