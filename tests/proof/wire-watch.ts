import type { Clock } from '../../drivers/base/index.ts';
import type { BytePort, OpenPort } from '../../drivers/transport/index.ts';
import type { VirtualLine } from '../../simulator/index.ts';
import type { FactLog } from './facts.ts';
import { createFrameWords } from './frame-words.ts';
import type { ProcessGate } from './process-gate.ts';

/** Whatever of a device process leaves for the wire, and what comes back, passes here. */
export interface WireWatch {
  /** Where the shaft was when the newest question was asked that is not younger than `atMs`, counts; null unknown. */
  positionAsked(drive: string, atMs: number): number | null;
  /** A port for one life of the process. */
  opener(open: OpenPort, life: { readonly number: number; readonly gate: ProcessGate }): OpenPort;
}

/** May strike around the one frame that moves something. */
export interface TriggerHooks {
  /** The parameters of a motion are being read back; its trigger comes next. */
  verifying(line: string, unit: number): void;
  /** Before the drive hears it. */
  before(line: string, unit: number): void;
  /** It has been obeyed, or was lost; the answer is still on its way. */
  after(line: string, unit: number): void;
}

interface WatchParts {
  readonly line: string;
  readonly clock: Clock;
  readonly virtual: VirtualLine;
  readonly facts: FactLog;
  readonly hooks: TriggerHooks;
}

const QUESTIONS_KEPT = 32;
/** No good answer is slower; what comes later meets the next request of a client that does not wait. */
const TIME_OUT_MS = 115;
const WORD = 0x1_0000;

interface Question {
  readonly atMs: number;
  readonly positions: ReadonlyMap<string, number>;
}

export function createWireWatch(parts: WatchParts): WireWatch {
  const { line, clock, virtual, facts, hooks } = parts;
  const { drives } = virtual;
  const words = createFrameWords(drives[0]!.profile);
  const questions: Question[] = [];
  let lastSentMs = -Infinity;
  let isAnswered = true;

  function noteQuestion(frame: Uint8Array): void {
    if (frame[1] !== 3) return;
    virtual.settle();
    const positions = new Map(drives.map((drive) => [drive.name, drive.plant().position]));
    const before = questions.at(-1)?.positions;
    for (const [name, position] of positions) {
      const was = before?.get(name) ?? position;
      if (Math.floor(was / WORD) !== Math.floor(position / WORD)) facts.count('torn 32-bit read');
    }
    questions.push({ atMs: clock.nowMs(), positions });
    if (questions.length > QUESTIONS_KEPT) questions.shift();
  }

  function noteAnswer(): void {
    const isLate = clock.nowMs() - lastSentMs > TIME_OUT_MS;
    if (isLate) facts.count('late answer that meets the next request');
    isAnswered = true;
  }

  function write(port: BytePort, bytes: Uint8Array, life: number): void {
    const what = words.whatIs(bytes);
    const unit = bytes[0] ?? 0;
    facts.add({ kind: 'sent', atMs: clock.nowMs(), line, life, unit, what });
    if (what === 'trigger') hooks.before(line, unit);
    if (words.isReadBack(bytes)) hooks.verifying(line, unit);
    if (!isAnswered && clock.nowMs() - lastSentMs < TIME_OUT_MS && what === 'stop') facts.count('stop sent early');
    noteQuestion(bytes);
    lastSentMs = clock.nowMs();
    isAnswered = false;
    port.write(bytes);
    if (what === 'trigger') hooks.after(line, unit);
  }

  return {
    positionAsked(drive, atMs) {
      const asked = questions.findLast((question) => question.atMs <= atMs);
      return asked?.positions.get(drive) ?? null;
    },
    opener:
      (open, { number, gate }) =>
      async (listener) => {
        const port = await open({
          bytes(chunk) {
            noteAnswer();
            const own = chunk.slice();
            gate.enter(() => listener.bytes(own));
          },
          lost: (error) => gate.enter(() => listener.lost(error)),
        });
        return {
          name: port.name,
          // a dead process sends nothing, whatever its promises still do
          write: (bytes) => (gate.isAlive ? write(port, bytes, number) : undefined),
          close: () => port.close(),
        };
      },
  };
}
