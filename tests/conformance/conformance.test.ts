import { describe, expect, test } from 'vitest';
import { createVirtualClock } from '../../drivers/base/index.ts';
import {
  ConformanceReport,
  reportText,
  runConformance,
  type ConformanceOptions,
} from '../../drivers/conformance/index.ts';
import { createLine } from '../../drivers/modbus/index.ts';
import {
  channelNames,
  channelProfile,
  shippedProfile,
  shippedProfileIds,
  type ChannelName,
  type Profile,
} from '../../drivers/profile/index.ts';
import { createVirtualSite, openMemoryDoor, type DriveOptions, type MotionEntry } from '../../simulator/index.ts';

// Every shipped profile against the firmware that the simulator has for it. The ledger is the witness: it saw each motion.

const MAY_MOVE: ReadonlySet<string> = new Set(['home', 'small-move', 'stop', 'watchdog']);

interface Run {
  readonly report: ConformanceReport;
  readonly questions: readonly string[];
  /** Motions of every drive in the unit, by the step in which they began. */
  readonly begun: readonly string[];
  readonly velocity: number;
}

interface Bench {
  readonly simulated?: Partial<DriveOptions>;
  readonly run?: Partial<ConformanceOptions>;
  /** Ctrl-C so long after a motion has begun in this step. */
  readonly stopIn?: { readonly step: string; readonly afterMs: number };
}

async function conformance(whole: Profile, channel: ChannelName | null, bench: Bench = {}): Promise<Run> {
  const clock = createVirtualClock();
  const { serial, timing, framing, units } = whole;
  const unit = units.factory;
  const channels = channelNames(whole);
  const mechanics =
    framing === 'dooya'
      ? { mechanics: { homeSwitch: null, limitSwitches: null, endStops: { low: -40, high: 60 } } }
      : {};
  const machine = { unit, profile: whole, ...mechanics, ...bench.simulated };
  const drives =
    channels.length === 0
      ? [{ name: 'axis', ...machine }]
      : channels.map((name) => ({ name: name as string, channel: name, ...machine }));
  const site = createVirtualSite({ clock, lines: [{ name: 'bench', serial, paced: true, drives }] });
  const wire = site.lines.get('bench')!;
  const openLine = () =>
    createLine({
      name: 'bench',
      framing,
      clock,
      serial,
      interFrameGapMs: timing.interFrameGapMs,
      open: openMemoryDoor(wire, clock),
    });
  const questions: string[] = [];
  const begun: string[] = [];
  const interruption = new AbortController();
  const seen = { step: 'before', since: 0 };
  const look = (): void => {
    site.settle();
    const motions = site.ledger.entries(seen.since).filter((entry): entry is MotionEntry => entry.kind === 'start');
    for (const _ of motions) begun.push(seen.step);
    seen.since = site.ledger.latest();
    if (seen.step === bench.stopIn?.step && motions.length > 0)
      clock.after(bench.stopIn.afterMs, () => interruption.abort(new Error('Ctrl-C')));
  };
  const ended = { yet: false };
  const running = runConformance({
    profile: channelProfile(whole, channel),
    unit,
    clock,
    openLine,
    ask: (question) => (questions.push(question), Promise.resolve(true)),
    observe: () => Promise.resolve(null),
    progress({ step }) {
      look();
      seen.step = step;
    },
    signal: interruption.signal,
    motionForbidden: null,
    ...bench.run,
  }).finally(() => (ended.yet = true));
  for (let ms = 0; !ended.yet && ms < 300_000; ms += 5) {
    await clock.advance(5);
    if (bench.stopIn !== undefined) look();
  }
  const report = await running;
  look();
  const velocity = site.drives.get(channel ?? 'axis')!.plant().velocity;
  site.close();
  return { report, questions, begun, velocity };
}

const everything = shippedProfileIds().flatMap((id): readonly { id: string; channel: ChannelName | null }[] => {
  const channels = channelNames(shippedProfile(id));
  return channels.length === 0 ? [{ id, channel: null }] : channels.map((channel) => ({ id, channel }));
});

/** What a drive cannot show, and why; every other step passes. */
const LACKS: Readonly<Record<string, readonly string[]>> = {
  'dfrobot-dfr1277': ['enable-walk', 'home', 'scale-and-direction', 'word-order', 'watchdog'],
  'dooya-rs485': ['enable-walk', 'word-order', 'watchdog'],
  'feetech-sm-modbus': ['home', 'word-order', 'watchdog'],
  'kinco-fd5p': ['home', 'watchdog'],
  'leadshine-pr-rs': ['home', 'watchdog'],
  'nimotion-lms-cia402': ['home', 'watchdog'],
  'oriental-blvr-az': [],
};

describe('every shipped profile conforms to the firmware that is simulated for it', () => {
  test.each(everything)('$id $channel', async ({ id, channel }) => {
    const { report, questions, begun, velocity } = await conformance(shippedProfile(id), channel);
    const by = (status: string) => report.steps.filter((step) => step.status === status).map((step) => step.id);

    expect(ConformanceReport.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
    expect(report.steps.filter(({ status }) => status === 'failed')).toEqual([]);
    expect(report.verdict).toBe('conforms');
    expect(by('not-possible').toSorted()).toEqual([...(LACKS[id] ?? ['home'])].toSorted());
    expect(report.registers.filter(({ problem }) => problem !== null)).toEqual([]);
    expect(begun.filter((step) => !MAY_MOVE.has(step))).toEqual([]);
    expect(begun).toContain('small-move');
    expect(velocity).toBe(0);
    // a question before every step that may move it
    expect(questions).toHaveLength(
      report.steps.filter(
        ({ id: step, status }) => status === 'passed' && (MAY_MOVE.has(step) || step === 'enable-walk'),
      ).length,
    );
    expect(report.frames.requests).toBeGreaterThan(0);
    expect(reportText(report)).toMatch(/CONFORMS/);
  });
});

const stepOf = ({ report }: Run, id: string) => report.steps.find((step) => step.id === id)!;

describe('a drive that is not what its profile says', () => {
  const profile = shippedProfile('kpower-reference');

  test('another model is named by what differs, is asked nothing more, and nothing moves', async () => {
    const resetValues = { ...profile.resetValues, productCode: 9 };
    const run = await conformance(profile, null, { simulated: { profile: { ...profile, resetValues } } });

    expect(stepOf(run, 'identify')).toMatchObject({
      status: 'failed',
      detail: expect.stringContaining('productCode is 9') as string,
    });
    expect(new Set(run.report.steps.slice(1).map(({ status }) => status))).toEqual(new Set(['not-run']));
    expect([run.report.verdict, run.questions, run.begun]).toEqual(['fails', [], []]);
  });

  test('a register that the drive does not have is listed with its exception', async () => {
    const supplyVoltage = { ...profile.registers.statusword!, address: 0x900, poll: 'never' as const };
    const wished = { ...profile, registers: { ...profile.registers, supplyVoltage } };
    const run = await conformance(profile, null, { run: { profile: wished } });

    expect(run.report.registers.find(({ signal }) => signal === 'supplyVoltage')).toMatchObject({
      value: null,
      problem: expect.stringMatching(/exception/i) as string,
    });
    expect(stepOf(run, 'read-registers')).toMatchObject({ status: 'failed' });
  });
});

describe('people decide what moves', () => {
  const profile = shippedProfile('kpower-reference');

  test('whoever says no to everything gets a partial report, and nothing moved or was switched on', async () => {
    const run = await conformance(profile, null, { run: { ask: () => Promise.resolve(false) } });
    const notRun = run.report.steps.filter(({ status }) => status === 'not-run').map(({ id }) => id);

    expect(run.report.verdict).toBe('partial');
    expect(notRun).toEqual(['enable-walk', 'small-move', 'scale-and-direction', 'stop', 'watchdog']);
    expect(run.begun).toEqual([]);
  });

  test.each([
    { step: 'small-move', afterMs: 100 },
    { step: 'stop', afterMs: 100 },
    // the line is closed then, and opened again for the stop
    { step: 'watchdog', afterMs: 600 },
  ])('Ctrl-C in $step, $afterMs ms after it set out, stops the drive and ends the run', async (stopIn) => {
    const run = await conformance(profile, null, { stopIn });

    expect(run.report.verdict).toBe('interrupted');
    expect(stepOf(run, stopIn.step)).toMatchObject({
      status: 'not-run',
      detail: 'the run was interrupted; the drive was stopped and is at rest',
    });
    expect([run.velocity, run.begun.at(-1)]).toEqual([0, stopIn.step]);
  });

  test('a yes for so many turns is a yes for no more', async () => {
    const asked: number[] = [];
    const upTo = (most: number): Partial<ConformanceOptions> => ({
      ask: (_, turns) => (asked.push(turns), Promise.resolve(turns <= most)),
    });
    const run = await conformance(profile, null, { run: upTo(0.25) });

    expect(asked).toEqual([0, 0.25, 0.75, 1.5]);
    expect(run.report.steps.filter(({ status }) => status === 'not-run').map(({ id }) => id)).toEqual([
      'stop',
      'watchdog',
    ]);
    expect(new Set(run.begun)).toEqual(new Set(['small-move']));
  });

  test('each question says how far and how fast', async () => {
    const { questions } = await conformance(profile, null);

    expect(questions).toEqual([
      expect.stringContaining('distance 0') as string,
      expect.stringContaining('0.25 turns of the motor shaft, at 30 r/min') as string,
      expect.stringContaining('0.75 turns of the motor shaft, at 30 r/min') as string,
      expect.stringContaining('1.5 turns of the motor shaft, at 30 r/min') as string,
    ]);
  });
});

/** A run that is watched by somebody who answers so. */
const watching = (profile: Profile, answers: readonly (boolean | null)[]) => {
  const asked: string[] = [];
  const observe = (question: string): Promise<boolean | null> => {
    asked.push(question);
    return Promise.resolve(answers[asked.length - 1] ?? null);
  };
  return conformance(profile, null, { run: { observe } }).then((run) => ({ run, asked }));
};

describe('what only eyes can tell', () => {
  const curtain = shippedProfile('dooya-rs485');
  test('a drive agrees with its profile whatever the shaft does: a person is asked for distance and direction', async () => {
    const { run, asked } = await watching(shippedProfile('kpower-reference'), [true, false]);

    expect(asked).toEqual([
      'On its way out the motor shaft should have turned by 90 degrees (mind a gear). Did it?',
      'Looking at the end of the shaft: did it turn clockwise on its way out?',
    ]);
    expect(stepOf(run, 'scale-and-direction')).toMatchObject({
      status: 'passed',
      detail: 'the readings follow the command, and a person saw the same',
      measured: { seenDirection: 'counter-clockwise' },
    });
  });

  test('another distance than the readings say fails the profile, not the drive', async () => {
    const { run, asked } = await watching(shippedProfile('kpower-reference'), [false]);

    expect(asked).toHaveLength(1);
    expect(run.report.verdict).toBe('fails');
    expect(stepOf(run, 'scale-and-direction').detail).toContain('correct countsPerRevolution, or the scales');
  });

  test('nobody looked: the report says so and holds it against nobody', async () => {
    const { run } = await watching(shippedProfile('kpower-reference'), [null]);

    expect(run.report.verdict).toBe('conforms');
    expect(stepOf(run, 'scale-and-direction').detail).toContain('nobody looked at the shaft');
  });

  test('a curtain that closes when it should open is wired or set the other way round', async () => {
    const { run, asked } = await watching(curtain, [true, false]);

    expect(asked[1]).toBe('Did it open on its way out?');
    expect(stepOf(run, 'scale-and-direction')).toMatchObject({
      status: 'failed',
      detail: 'a person saw it run the other way: 100 % is open',
    });
  });

  test('the facts that are only concluded are listed for whoever looks', async () => {
    const { report } = await conformance(curtain, null);

    expect(report.inferred.map(({ path }) => path)).toContain('cover.percentPerS');
    expect(reportText(report)).toContain('cover.percentPerS: usual for a curtain');
  });
});
