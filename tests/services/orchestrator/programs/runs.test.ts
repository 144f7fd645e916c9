import { afterEach, describe, expect, test } from 'vitest';
import { Refusal, type RunResource } from '../../../../services/contracts/index.ts';
import { startSiteInOneProcess, type SiteInOneProcess } from '../../../support/virtual-site.ts';

const UP_AND_DOWN = `parameters: { height: { unit: mm, default: 40, min: 0, max: 300 } }
steps:
  - name: up
    group-move: { group: lift, to: { lift-left: height, lift-right: height } }
  - move: { drive: turntable, by: 90 }
  - wait-for: lift-left.position > height - 1 and not turntable.moving
    timeoutMs: 5000
  - group-move: { group: lift, to: { lift-left: 5, lift-right: 5 } }
`;

let site: SiteInOneProcess;
afterEach(() => site.close());

async function begin(): Promise<SiteInOneProcess['orchestrator']['programming']> {
  site = await startSiteInOneProcess(1);
  await site.clock.advance(3000);
  for (const drive of ['lift-left', 'lift-right', 'turntable']) {
    await order(drive, 'enable', {});
    await order(drive, 'set-position', { position: 5 });
  }
  return site.orchestrator.programming;
}

async function order(drive: string, command: 'enable' | 'set-position', body: Record<string, unknown>): Promise<void> {
  const { registry } = site.orchestrator;
  const id = crypto.randomUUID();
  const client = registry.clientOf(site.site.drives.get(drive)!.line)!;
  const done = await site.until(client.command({ drive, id, command, body, waitMs: 5000 }));
  expect(done.status).toBe('done');
}

/** Motions that any drive has begun so far, by the simulator's own word. */
const motions = (): number => {
  site.simulator.settle();
  return site.simulator.ledger.entries(0).filter(({ kind }) => kind === 'start').length;
};

const positionOf = (drive: string): number => site.orchestrator.registry.entry(drive).state?.position ?? Number.NaN;

async function ended(run: string): Promise<RunResource> {
  const { runs } = site.orchestrator.programming;
  for (let turn = 0; turn < 600; turn += 1) {
    const now = await runs.read(run);
    if (now.endedAt !== null) return now;
    await site.clock.advance(100);
  }
  throw new Error('the run did not end');
}

const refusalOf = async (asked: Promise<unknown>): Promise<string> =>
  asked.then(
    () => 'taken',
    (error: unknown) => (error instanceof Refusal ? error.problem.code : String(error)),
  );

describe('programs of a site', () => {
  test('run to their end, told live with their step', async () => {
    const { programs, runs } = await begin();
    await programs.save('up-and-down', UP_AND_DOWN, null);
    const told: string[] = [];
    runs.onRun(({ status, steps }) => told.push(`${status} ${steps[0]?.path ?? '-'}`));
    const started = await site.until(runs.start('up-and-down', { parameters: { height: 60 } }, 'operator'));
    const run = await ended(started.run);

    expect(run).toMatchObject({ status: 'done', stepsDone: 4, startedBy: 'operator', error: null });
    expect(positionOf('lift-left')).toBeCloseTo(5, 0);
    expect(positionOf('turntable')).toBeCloseTo(95, 0);
    expect([...new Set(told)]).toEqual([
      'paused steps.0',
      'running steps.0',
      'running steps.1',
      'running steps.3',
      'done -',
    ]);
  });

  test('pause in the middle of a motion, and go on to the same end', async () => {
    const { programs, runs } = await begin();
    await programs.save('up-and-down', UP_AND_DOWN, null);
    const { run } = await site.until(runs.start('up-and-down', { parameters: { height: 200 } }, null));
    await site.clock.advance(1500);
    await site.until(runs.command(run, 'pause'));
    await site.clock.advance(3000);
    const at = positionOf('lift-left');
    await site.clock.advance(3000);
    expect(positionOf('lift-left')).toBeCloseTo(at, 1);
    expect(at).toBeGreaterThan(6);
    expect(at).toBeLessThan(199);

    await site.until(runs.command(run, 'resume'));
    expect(await ended(run)).toMatchObject({ status: 'done' });
  });

  test('that two people start on one drive: the second is refused, and so is a wrong parameter', async () => {
    const { programs, runs } = await begin();
    await programs.save('up-and-down', UP_AND_DOWN, null);
    await site.until(runs.start('up-and-down', { parameters: { height: 200 } }, null));

    expect(await refusalOf(runs.start('up-and-down', {}, null))).toBe('busy');
    expect(await refusalOf(runs.start('up-and-down', { parameters: { height: 301 } }, null))).toBe('invalidValue');
    expect(await refusalOf(runs.start('nowhere', {}, null))).toBe('notFound');
    expect(await refusalOf(programs.save('wrong', 'steps: 5', null))).toBe('invalidProgram');
  });

  test('are aborted by stop-all, and do nothing more', async () => {
    const { programs, runs } = await begin();
    await programs.save('up-and-down', UP_AND_DOWN, null);
    const { run } = await site.until(runs.start('up-and-down', { parameters: { height: 200 } }, null));
    await site.clock.advance(1500);
    await site.until(site.orchestrator.stopAll());
    const before = motions();
    await site.clock.advance(20_000);

    expect(await runs.read(run)).toMatchObject({ status: 'aborted', error: { detail: 'stop-all' } });
    expect(motions()).toBe(before);
  });

  test('are worked out without moving anything: how long they take and which limits they would break', async () => {
    const { programs, runs } = await begin();
    await programs.save('up-and-down', UP_AND_DOWN, null);
    await programs.save(
      'too-far',
      'parameters: { far: { unit: mm } }\nsteps: [{ move: { drive: lift-left, to: far } }]\n',
      null,
    );
    const before = motions();

    const report = await runs.dryRun('up-and-down', { parameters: { height: 205 } });
    expect(report).toMatchObject({ ok: true, violations: [], stepsDone: 4 });
    // Two ways of 200 mm at 80 mm/s with 200 mm/s2 take 2.9 s each, 90 deg of the turntable 1.5 s.
    expect(report.durationMs).toBe(7300);
    const broken = await runs.dryRun('too-far', { parameters: { far: 1000 } });
    expect(broken).toMatchObject({ ok: false, violations: [{ code: 'softLimit', step: { path: 'steps.0' } }] });
    expect(motions()).toBe(before);
  });
});
