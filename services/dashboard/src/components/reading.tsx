import type { Signal } from '@preact/signals';
import type { JSX } from 'preact';
import type { DriveEntry } from '../store/drive-entry.ts';
import { isRound } from '../view/dial.ts';
import { figuresOf } from '../view/figures.ts';
import { Dial } from './dial.tsx';
import { Readout } from './readout.tsx';
import { Track } from './track.tsx';
import { TrailGraph } from './trail-graph.tsx';

interface Props {
  readonly entry: DriveEntry;
  /** Text of the target field. */
  readonly draft: Signal<string>;
}

/** Where a drive is: its numbers, its place in its range, and its last half minute. */
export function Reading({ entry, draft }: Props): JSX.Element {
  const message = entry.heard.value?.message ?? null;
  const axis = entry.description.value?.axis ?? null;
  if (axis === null) return <Readout {...figuresOf(message, null)} />;
  const isDial = isRound(axis.unit);
  return (
    <div class={isDial ? 'reading reading-round' : 'reading'}>
      <Readout {...figuresOf(message, axis)} />
      {isDial ? (
        <Dial axis={axis} message={message} draft={draft} />
      ) : (
        <Track axis={axis} message={message} draft={draft} />
      )}
      <TrailGraph entry={entry} range={axis.range} />
    </div>
  );
}
