import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { InterlockedSite } from '../support/interlocked-site.ts';

// Arm, lift and slide on one line: its device process keeps the rules between them by itself.

let begun: InterlockedSite;
beforeEach(async () => {
  begun = await InterlockedSite.start('on the line of the arm');
});
afterEach(() => begun.close());

const publish = (topic: string, body: object): void =>
  begun.site.broker.bus('somebody').publish(topic, JSON.stringify(body), { qos: 1 });

describe('interlocks within one line', () => {
  test('hold without an orchestrator', async () => {
    begun.site.orchestrator.close();

    expect(await begun.atDrive('arm', 'move-absolute', { position: 150 })).toBe(
      'interlock: move-absolute of arm is forbidden by interlocks.0: never arm in 100 to 200 and lift in 0 to 50 at once ' +
        '(the arm would meet the lift). arm is at 10 mm and may pass 10 to 150.1 mm; lift is at 10 mm. ' +
        'Bring lift out of its zone first.',
    );
    expect(await begun.atDrive('lift', 'move-absolute', { position: 60 })).toBe('done');
    expect(await begun.atDrive('arm', 'move-absolute', { position: 150 })).toBe('done');
    expect(await begun.atDrive('lift', 'move-absolute', { position: 40 })).toContain(
      'Bring arm out of its zone first.',
    );
    expect([begun.truly('arm'), begun.truly('lift')].map(Math.round)).toEqual([150, 60]);
  });

  test('let one of two pass that are commanded at the same instant by different doors', async () => {
    await begun.atDrive('lift', 'move-absolute', { position: 100 });

    publish('kmotion/drives/lift/commands/move-absolute', { position: 20 });
    const arm = await begun.byOrchestrator('arm', 'move-absolute', { position: 150 });

    expect(arm).toContain('Wait until lift rests, or halt it.');
    expect(await begun.pass(4000)).toBe('apart');
    expect([begun.truly('arm'), begun.truly('lift')].map(Math.round)).toEqual([10, 20]);
  });

  test('refuse a group whose members would cross, and then none of them moves', async () => {
    await begun.atDrive('lift', 'move-absolute', { position: 100 });
    const { groups } = begun.site.orchestrator;

    const { id } = groups.submit({ group: 'both', command: 'move', body: { targets: { arm: 150, lift: 20 } } });
    await begun.site.until(groups.ended(id));

    const moved = groups.read('both', id);
    expect(moved).toMatchObject({ status: 'failed', error: { code: 'memberRefused' } });
    expect(moved.error?.detail).toContain('lift: arm of lift is forbidden by interlocks.0');
    expect([begun.truly('arm'), begun.truly('lift')].map(Math.round)).toEqual([10, 100]);
    expect(await begun.atDrive('lift', 'move-absolute', { position: 20 })).toBe('done');
  });

  test('end a jog before the zone, at whatever it was renewed', async () => {
    const answers = new Set<string>();
    for (let renewal = 0; renewal < 25; renewal += 1) {
      answers.add((await begun.byOrchestrator('arm', 'jog', { velocity: 50 })).split(':')[0]!);
      expect(await begun.pass(150)).toBe('apart');
    }

    expect([...answers].toSorted()).toEqual(['active', 'interlock']);
    expect(await begun.pass(2000)).toBe('apart');
    expect(begun.truly('arm')).toBeGreaterThan(55);
    expect(begun.truly('arm')).toBeLessThan(100);
  });

  test('hold what moves beside an axis that does not answer any more', async () => {
    await begun.atDrive('lift', 'move-absolute', { position: 100 });
    expect(await begun.byOrchestrator('arm', 'move-absolute', { position: 180 })).toBe('active');
    await begun.pass(500);
    const line = begun.site.simulator.lines.get('bench')!;

    line.addMishap({ kind: 'drop', unit: 2, rate: 1 });

    await begun.pass(3000);
    expect(begun.truly('arm')).toBeLessThan(160);
    expect(begun.axis('arm').state()).toMatchObject({ state: 'standstill', moving: false });
    expect(await begun.atDrive('arm', 'move-absolute', { position: 180 })).toContain('the state of lift is not known');
  });

  test('let only one of two move at a time', async () => {
    expect(await begun.byOrchestrator('slide', 'move-absolute', { position: 100 })).toBe('active');
    expect(await begun.byOrchestrator('lift', 'move-absolute', { position: 100 })).toContain('Wait until slide rests');

    await begun.pass(3000);
    expect(await begun.atDrive('lift', 'move-absolute', { position: 100 })).toBe('done');
  });

  test('lead an axis out of a zone in which it was found', async () => {
    await begun.atDrive('lift', 'move-absolute', { position: 100 });
    await begun.atDrive('arm', 'move-absolute', { position: 120 });
    await begun.atDrive('lift', 'set-position', { position: 10 });

    expect(await begun.atDrive('arm', 'move-absolute', { position: 130 })).toContain('interlock: ');
    expect(await begun.atDrive('lift', 'move-absolute', { position: 5 })).toContain('interlock: ');
    expect(await begun.atDrive('arm', 'move-absolute', { position: 90 })).toBe('done');
    expect(await begun.atDrive('lift', 'move-absolute', { position: 5 })).toBe('done');
  });
});
