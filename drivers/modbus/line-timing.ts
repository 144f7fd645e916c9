import { frameTimeMs, silentGapMs, type CharacterSettings } from './framing/index.ts';

export interface TimingOptions {
  /** How characters travel; null where no serial line of ours sets the pace (TCP). */
  readonly serial: CharacterSettings | null;
  /** Silence before each request, in ms; default t3.5 of the serial settings, 0 on TCP. */
  readonly interFrameGapMs?: number | undefined;
  /** Silence that ends a quarantine, in ms: how late the latest answer can be. Default: 3 time-outs, at least 250. */
  readonly latenessMs?: number | undefined;
  /** What adapter or network may add to a round trip, in ms; default 20 on serial (USB adapters batch for 16), 100 on TCP. */
  readonly adapterLatencyMs?: number | undefined;
}

/** All times of a line, computed: never a bare constant for a time-out. */
export interface LineTiming {
  readonly gapMs: number;
  /** From handing over the request to giving up on its answer. */
  timeoutMs(lengths: { request: number; answer: number }, turnaroundMs: number): number;
  latenessMs(timeoutMs: number): number;
}

const SERIAL_LATENCY_MS = 20;
const NETWORK_LATENCY_MS = 100;
const SHORTEST_QUARANTINE_MS = 250;

export function lineTiming(options: TimingOptions): LineTiming {
  const { serial } = options;
  const characterMs = serial === null ? 0 : frameTimeMs(serial, 1);
  const latencyMs = options.adapterLatencyMs ?? (serial === null ? NETWORK_LATENCY_MS : SERIAL_LATENCY_MS);
  const gapMs = options.interFrameGapMs ?? (serial === null ? 0 : silentGapMs(serial));
  return {
    gapMs,
    timeoutMs: ({ request, answer }, turnaroundMs) =>
      characterMs * (request + answer) + gapMs + turnaroundMs + latencyMs,
    latenessMs: (timeoutMs) => options.latenessMs ?? Math.max(3 * timeoutMs, SHORTEST_QUARANTINE_MS),
  };
}
