import {
  problem,
  Refusal,
  StreamTopic,
  streamEvents,
  type StreamEventName,
  type StreamSnapshot,
} from '../../contracts/index.ts';
import { openEventStream, type HttpServer } from '../../platform/http/index.ts';
import type { Orchestrator } from '../orchestrator.ts';
import type { Clock } from '../time.ts';

interface StreamRequest {
  readonly Querystring: { readonly topics?: string };
}

/** A snapshot, then changes, as server-sent events; whoever is too slow is cut off and begins anew. */
export function addStreamRoute(
  server: HttpServer,
  { orchestrator, clock }: { orchestrator: Orchestrator; clock: Clock },
): void {
  server.get<StreamRequest>('/v1/stream', (request, reply) => {
    const topics = topicsIn(request.query.topics);
    const stream = openEventStream(request, reply, { clock });
    stream.send('snapshot', JSON.stringify(narrowed(orchestrator.snapshot(), topics)));
    const end = orchestrator.onNews(({ event, data }) => {
      if (isAsked(event, topics)) stream.send(event, JSON.stringify(data));
    });
    stream.onClose(end);
  });
}

function topicsIn(text: string | undefined): ReadonlySet<StreamTopic> {
  if (text === undefined || text === '') return new Set(StreamTopic.options);
  const words = text.split(',');
  const topics = words.flatMap((word) => StreamTopic.safeParse(word).data ?? []);
  if (topics.length === words.length) return new Set(topics);
  const expected = StreamTopic.options.join(', ');
  throw new Refusal(
    problem('invalidValue', `topics: expected some of ${expected}, separated by commas.`, {
      errors: [{ path: 'topics', detail: `expected some of ${expected}` }],
    }),
  );
}

function isAsked(event: StreamEventName, topics: ReadonlySet<StreamTopic>): boolean {
  const topic = streamEvents[event];
  return topic === null || topics.has(topic);
}

const narrowed = (all: StreamSnapshot, topics: ReadonlySet<StreamTopic>): StreamSnapshot => ({
  site: topics.has('site') ? all.site : null,
  drives: topics.has('drives') ? all.drives : [],
  states: topics.has('drives') ? all.states : [],
  groups: topics.has('groups') ? all.groups : [],
  runs: topics.has('programs') ? all.runs : [],
});
