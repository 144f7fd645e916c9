import { afterEach, expect, test, vi } from 'vitest';
import { RunningSite, SITE } from './running-site.ts';

interface Run {
  readonly run: string;
  readonly status: string;
  readonly steps: readonly { readonly path: string }[];
  readonly stepsDone: number;
}
interface Ledger {
  readonly nowMs: number;
  readonly entries: readonly { readonly kind: string; readonly drive: string; readonly atMs: number }[];
}

const TARGETS = [12, 4, 16, 8, 20];
const PROGRAM = `title: To and fro\nsteps:\n${TARGETS.map((to) => `  - move: { drive: curtain, to: ${to} }\n`).join('')}`;

let site: RunningSite;
afterEach(() => site.stop());

const ledger = (): Promise<Ledger> => site.json<Ledger>(`${site.partUrl('simulator')}/v1/ledger`);
const latestRun = async (): Promise<Run> => (await site.json<readonly Run[]>('/v1/runs?program=fro'))[0]!;

async function startsSince(atMs: number): Promise<number> {
  const { entries } = await ledger();
  return entries.filter((entry) => entry.kind === 'start' && entry.drive === 'curtain' && entry.atMs > atMs).length;
}

/** Kills the orchestrator while the step runs, and waits for the next one to be ready. */
async function killDuring(step: number): Promise<void> {
  await vi.waitFor(async () => expect((await latestRun()).steps[0]?.path).toBe(`steps.${step}`), {
    timeout: 20_000,
    interval: 10,
  });
  await vi.waitFor(async () => expect((await site.state('curtain')).moving).toBe(true), {
    timeout: 5000,
    interval: 10,
  });
  const seen = site.entries.length;
  process.kill(site.processes('orchestrator')[0]!, 'SIGKILL');
  await vi.waitFor(
    () =>
      expect(
        site.entries.slice(seen).some(({ event, part }) => event === 'part-ready' && part === 'orchestrator'),
      ).toBe(true),
    { timeout: 20_000, interval: 20 },
  );
  await vi.waitFor(async () => expect((await fetch(`${site.url}/readyz`)).status).toBe(200), { timeout: 15_000 });
}

test('kill -9 of the orchestrator in a program: interrupted at its step, nothing moves by itself, a person resumes it to its right end', async () => {
  site = new RunningSite(SITE);
  await site.ready();
  await fetch(`${site.url}/v1/programs/fro`, {
    method: 'PUT',
    headers: { 'content-type': 'application/yaml' },
    body: PROGRAM,
  });
  await site.post('/v1/drives/curtain/commands/enable');
  const { run } = await site.post<Run>('/v1/programs/fro/runs');

  for (const step of [1, 4]) {
    await killDuring(step);
    const found = await vi.waitFor(
      async () => {
        const now = await latestRun();
        expect(now.status).toBe('interrupted');
        return now;
      },
      { timeout: 15_000, interval: 20 },
    );
    expect(found).toMatchObject({ run, stepsDone: step, steps: [{ path: `steps.${step}` }] });
    // the move that the drive had already begun comes to its end; nothing follows it
    await vi.waitFor(async () => expect((await site.state('curtain')).moving).toBe(false), { timeout: 10_000 });
    const { nowMs } = await ledger();
    expect((await site.state('curtain')).position).toBeCloseTo(TARGETS[step]!, 1);
    await vi.waitFor(async () => expect((await ledger()).nowMs).toBeGreaterThan(nowMs + 2000), { timeout: 10_000 });
    expect(await startsSince(nowMs)).toBe(0);
    expect((await latestRun()).status).toBe('interrupted');
    await site.post(`/v1/runs/${run}/resume`);
  }

  await vi.waitFor(async () => expect((await latestRun()).status).toBe('done'), { timeout: 20_000, interval: 50 });
  expect((await site.state('curtain')).position).toBeCloseTo(TARGETS.at(-1)!, 1);
}, 180_000);
