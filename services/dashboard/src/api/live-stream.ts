import type { PageClock } from '../clock.ts';
import { type ServerEvent, takeEvents } from './event-text.ts';
import { type PageProblem, problemOf, serverUnreachable } from './page-problem.ts';
import { retryDelayMs } from './retry-delay.ts';

interface StreamListener {
  onOpen(): void;
  onEvents(events: readonly ServerEvent[]): void;
  /** Called once for each lost or failed connection; another attempt follows by itself. */
  onLost(why: PageProblem): void;
}

interface Parts {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly clock: PageClock;
  readonly listener: StreamListener;
}

/** The server sends a heartbeat well within this; a silent connection is a dead one, whatever the browser believes. */
const SILENCE_MS = 20_000;

/**
 * Follows a server-sent event stream for ever, reconnecting when it ends. Uses fetch, not EventSource, because EventSource
 * hides the status of a refusal and the heartbeats. The answer ends it.
 */
export function followStream(url: string, parts: Parts): () => void {
  const stop = new AbortController();
  void follow(url, parts, stop.signal);
  return () => stop.abort();
}

async function follow(url: string, parts: Parts, signal: AbortSignal): Promise<void> {
  let attempt = 0;
  while (!signal.aborted) {
    const why = await readOnce(url, parts, { signal, onOpen: () => (attempt = 0) });
    if (signal.aborted) return;
    parts.listener.onLost(why);
    await pause(parts.clock, retryDelayMs(attempt), signal);
    attempt += 1;
  }
}

interface Attempt {
  readonly signal: AbortSignal;
  readonly onOpen: () => void;
}

async function readOnce(url: string, { fetch, clock, listener }: Parts, attempt: Attempt): Promise<PageProblem> {
  const silence = new AbortController();
  const signal = AbortSignal.any([attempt.signal, silence.signal]);
  let forget = clock.after(SILENCE_MS, () => silence.abort());
  const heard = (): void => {
    forget();
    forget = clock.after(SILENCE_MS, () => silence.abort());
  };
  try {
    const response = await fetch(url, { signal, headers: { accept: 'text/event-stream' }, cache: 'no-store' });
    if (!response.ok || response.body === null) return problemOf(response.status, await bodyOf(response));
    attempt.onOpen();
    listener.onOpen();
    await readEvents(response.body, listener, heard);
    return serverUnreachable;
  } catch {
    return serverUnreachable;
  } finally {
    forget();
  }
}

async function readEvents(
  body: ReadableStream<Uint8Array>,
  listener: StreamListener,
  heard: () => void,
): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    heard();
    const taken = takeEvents(text + decoder.decode(value, { stream: true }));
    text = taken.rest;
    if (taken.events.length > 0) listener.onEvents(taken.events);
  }
}

async function bodyOf(response: Response): Promise<unknown> {
  return (await response.json().catch(() => null)) as unknown;
}

function pause(clock: PageClock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(delayMs, resolve);
    signal.addEventListener('abort', () => {
      cancel();
      resolve();
    });
  });
}
