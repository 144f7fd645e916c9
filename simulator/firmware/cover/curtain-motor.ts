import type { SignalName } from '../../../drivers/profile/index.ts';
import type { Behaviour, Machine, Personality } from '../behaviour.ts';
import type { Moment } from '../firmware.ts';
import { ILLEGAL_VALUE, type Refusal, type SignalWrite, type WordWrite } from '../register-file.ts';

const CLOSED = 0;
const OPEN = 100;
const STOPPED = 0;
const OPENING = 1;
const CLOSING = 2;
const UNSET = 0xff;
/** Percent/s2; soft start and stop of a curtain motor. */
const RAMP = 40;
/** Farther than any stroke: an end is found by running into it. */
const FAR = 150;
/** The motor has run into an end when it gives all it has for so long without turning. */
const END_MS = 200;

const refusal: Refusal = { exception: ILLEGAL_VALUE, why: 'rejected' };

/** A stroke from 0 to 100; where the mechanics have no ends of their own they lie there. */
export const curtainMotor: Personality = (machine) => {
  let knowsStroke = false;
  let searching: 'open' | 'close' | null = null;

  const shaft = machine.shaft();
  const limits = { velocity: machine.profile.cover?.percentPerS.value ?? 10, acceleration: RAMP, deceleration: RAMP };
  shaft.hold(machine.nowMs());

  function goTo(target: number, at: Moment): void {
    searching = null;
    shaft.hold(at.atMs);
    shaft.moveTo(target, limits, at);
  }

  /** Known ends are driven to, unknown ones run into. */
  function goToEnd(end: 'open' | 'close', at: Moment): void {
    if (knowsStroke) return goTo(end === 'open' ? OPEN : CLOSED, at);
    searching = end;
    shaft.hold(at.atMs);
    shaft.run(end === 'open' ? limits.velocity : -limits.velocity, limits, at);
  }

  function foundEnd(): void {
    shaft.setPosition(searching === 'open' ? OPEN : CLOSED);
    knowsStroke = true;
    searching = null;
    // pushing on against the end would only warm the motor
    shaft.release({ cause: { by: 'limit', code: 0 } });
  }

  const acts: Partial<Record<SignalName, (value: number, at: Moment) => void>> = {
    open: (_, at) => goToEnd('open', at),
    close: (_, at) => goToEnd('close', at),
    stop: (_, at) => ((searching = null), shaft.brake(RAMP, at)),
    targetPosition: (value, at) => goTo(value, at),
    deleteStroke: () => void (knowsStroke = false),
  };

  return {
    live: {
      statusword: (_, atMs) => (shaft.isStanding(atMs) ? STOPPED : shaft.velocity() > 0 ? OPENING : CLOSING),
      actualPosition: () => (knowsStroke ? Math.max(CLOSED, Math.min(OPEN, Math.round(shaft.position()))) : UNSET),
    },
    decode: (write) => command(write, machine),
    check: (writes) =>
      writes.some(({ signal }) => signal === 'targetPosition') && !knowsStroke ? refusal.exception : 0,
    write(writes, at) {
      for (const { signal, value } of writes) acts[signal]?.(value, at);
    },
    tick(atMs) {
      if (searching === null) return;
      const travelled = Math.abs(shaft.position()) > FAR;
      if (travelled || shaft.blockedForMs(atMs) > END_MS) foundEnd();
    },
    isBusy: () => searching !== null,
  } satisfies Behaviour;
};

/** Commands without a byte are no words that a table could read. */
function command({ address, words }: WordWrite, { profile }: Machine): ReturnType<NonNullable<Behaviour['decode']>> {
  const found = Object.entries(profile.registers).find(
    ([, register]) => register.address === address && register.type === 'none',
  );
  if (found === undefined) return undefined;
  if (words.length > 0) return refusal;
  const [signal, register] = found;
  const write: SignalWrite = { signal: signal as SignalName, register, value: 0, channel: null };
  return { writes: [write] };
}
