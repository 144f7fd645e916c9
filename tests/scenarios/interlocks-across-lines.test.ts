import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { InterlockedSite } from '../support/interlocked-site.ts';

// Arm and lift on lines of their own: no device process sees both, the orchestrator keeps the rule between them.

let begun: InterlockedSite;
beforeEach(async () => {
  begun = await InterlockedSite.start('on a line of its own');
});
afterEach(() => begun.close());

const publish = (topic: string, body: object): void =>
  begun.site.broker.bus('somebody').publish(topic, JSON.stringify(body), { qos: 1 });

const positions = (): number[] => [begun.truly('arm'), begun.truly('lift')].map(Math.round);

/** Of arm and lift, a point every five seconds. */
const path = (...places: readonly (readonly [arm: number, lift: number])[]): object => ({
  drives: ['arm', 'lift'],
  points: places.map((place, index) => ({ positions: place, timeFromStartMs: (index + 1) * 5000 })),
});

describe('interlocks between lines', () => {
  test('are asked of the orchestrator, which asks the drives where they are', async () => {
    expect(await begun.byOrchestrator('arm', 'move-absolute', { position: 150 })).toContain(
      'lift is at 10 mm. Bring lift out of its zone first.',
    );
    expect(await begun.byOrchestrator('lift', 'move-absolute', { position: 100 })).toBe('active');
    expect(await begun.byOrchestrator('arm', 'move-absolute', { position: 150 })).toContain('Wait until lift rests');
    await begun.pass(2500);

    expect(await begun.byOrchestrator('arm', 'move-absolute', { position: 150 })).toBe('active');
    await begun.pass(3000);
    expect(positions()).toEqual([150, 100]);
  });

  test('permit what follows as soon as the step before it is done', async () => {
    const { programs, runs } = begun.site.orchestrator.programming;
    const steps = ['lift, to: 100', 'arm, to: 150', 'arm, to: 90', 'lift, to: 20'];
    await programs.save('around', `steps:\n${steps.map((step) => `  - move: { drive: ${step} }\n`).join('')}`, null);
    const { run } = await begun.site.until(runs.start('around', { parameters: {} }, 'operator'));

    expect(await begun.pass(9000)).toBe('apart');
    expect(await runs.read(run)).toMatchObject({ status: 'done', error: null });
    expect(positions()).toEqual([90, 20]);
  });

  test('fail the step of a program that would break one', async () => {
    const { programs, runs } = begun.site.orchestrator.programming;
    await programs.save('through', 'steps:\n  - move: { drive: arm, to: 300 }\n', null);
    const { run } = await begun.site.until(runs.start('through', { parameters: {} }, 'operator'));
    await begun.pass(1000);

    expect(await runs.read(run)).toMatchObject({ status: 'failed', error: { code: 'interlock' } });
    expect(positions()).toEqual([10, 10]);
  });

  test('are foreseen by a dry run', async () => {
    const { programs, runs } = begun.site.orchestrator.programming;
    await programs.save(
      'around',
      'steps:\n  - move: { drive: lift, to: 100 }\n  - move: { drive: arm, to: 150 }\n',
      null,
    );
    await programs.save(
      'through',
      'steps:\n  - move: { drive: arm, to: 90 }\n  - move: { drive: arm, to: 150 }\n',
      null,
    );

    expect(await runs.dryRun('around', {})).toMatchObject({ ok: true, violations: [] });
    expect(await runs.dryRun('through', {})).toMatchObject({
      ok: false,
      stepsDone: 1,
      violations: [{ code: 'interlock', step: { path: 'steps.1' } }],
    });
  });

  test('let one of two pass that are asked for at the same instant', async () => {
    await begun.atDrive('lift', 'move-absolute', { position: 100 });
    const both = await Promise.all([
      begun.byOrchestrator('arm', 'move-absolute', { position: 150 }),
      begun.byOrchestrator('lift', 'move-absolute', { position: 20 }),
    ]);

    expect(both.map((answer) => answer.split(':')[0])).toEqual(['active', 'interlock']);
    expect(await begun.pass(4000)).toBe('apart');
  });

  test('refuse a group whose members would cross', async () => {
    await begun.atDrive('lift', 'move-absolute', { position: 100 });
    const { groups } = begun.site.orchestrator;
    const { id } = groups.submit({ group: 'both', command: 'move', body: { targets: { arm: 150, lift: 20 } } });
    await begun.site.until(groups.ended(id));

    const { status, error } = groups.read('both', id);
    expect([status, error?.code]).toEqual(['failed', 'memberRefused']);
    expect(error?.detail).toContain('is forbidden by interlocks.0');
    expect(positions()).toEqual([10, 100]);
  });

  test('refuse a path that breaks one somewhere on its way, before anything moves', async () => {
    const { groups } = begun.site.orchestrator;
    const submit = (body: object): string => groups.submit({ group: 'both', command: 'move-path', body }).id;

    // both ends are good places, but the arm would go through its zone before the lift is up
    expect(() => submit(path([90, 10], [300, 60]))).toThrow('forbidden by interlocks.0: never arm in 100 to 200');
    expect(() => submit(path([150, 10]))).toThrow('Choose points that lead around');
    const around = submit(path([10, 100], [150, 100]));
    await begun.site.until(groups.ended(around));

    expect(groups.read('both', around)).toMatchObject({ status: 'done', error: null });
    expect(positions()).toEqual([150, 100]);
  });

  test('halt what was commanded past the orchestrator, before it breaks one', async () => {
    publish('kmotion/drives/arm/commands/move-absolute', { position: 150 });

    expect(await begun.pass(3000)).toBe('apart');
    expect(begun.truly('arm')).toBeLessThan(30);
    expect(begun.axis('arm').state()).toMatchObject({ state: 'standstill', moving: false });
  });

  test('leave alone what was commanded past the orchestrator and breaks none', async () => {
    publish('kmotion/drives/arm/commands/move-absolute', { position: 95 });

    await begun.pass(3000);
    expect(positions()).toEqual([95, 10]);
  });

  test('halt what moves when the process of the other line is gone, and permit nothing beside it', async () => {
    await begun.atDrive('lift', 'move-absolute', { position: 100 });
    expect(await begun.byOrchestrator('arm', 'move-absolute', { position: 180 })).toBe('active');
    await begun.pass(300);

    await begun.site.kill('hoist');

    await begun.pass(3000);
    expect(begun.truly('arm')).toBeLessThan(100);
    expect(await begun.byOrchestrator('arm', 'move-absolute', { position: 150 })).toContain(
      'the state of lift is not known. Bring lift back first',
    );
  });

  test('send nothing that a halt has overtaken while it waited for the readings', async () => {
    const moved = begun.byOrchestrator('arm', 'move-absolute', { position: 90 });
    const halted = begun.byOrchestrator('arm', 'halt', {});

    expect((await moved).split(':')[0]).toBe('superseded');
    await halted;
    await begun.pass(1000);
    expect(positions()).toEqual([10, 10]);
  });
});
