import type { JSX } from 'preact';
import type { DriveDescription, DriveStateMessage } from '../../../contracts/index.ts';
import { usePage } from '../page.ts';
import { axisWord } from '../view/axis-word.ts';
import { figuresOf } from '../view/figures.ts';
import { placeIn } from '../view/place.ts';
import { plainNumber } from '../view/quantity.ts';
import { Shape } from './shape.tsx';
import { wayLabel } from './track.tsx';

/** One member of a group as an upright column, so that members can be compared at a glance. */
export function MemberColumn({ id }: { readonly id: string }): JSX.Element {
  const { store } = usePage();
  const { description, heard } = store.drive(id);
  const axis = description.value?.axis ?? null;
  const message = heard.value?.message ?? null;
  const freshness = store.freshness(id);
  const { word, tone } = axisWord(message, freshness);
  const { position, unit } = figuresOf(message, axis);
  return (
    <div class={freshness.kind === 'live' ? 'column' : 'column is-old'}>
      {axis !== null && <Column label={id} axis={axis} message={message} />}
      <div class="column-text">
        <span class="column-name">
          <Shape tone={tone} />
          {id}
        </span>
        <span class="number">
          {position} {unit}
        </span>
        <span class="quiet">{word}</span>
      </div>
    </div>
  );
}

interface ColumnProps {
  readonly label: string;
  readonly axis: DriveDescription['axis'];
  readonly message: DriveStateMessage | null;
}

function Column({ label, axis, message }: ColumnProps): JSX.Element {
  const mark = (kind: string, position: number | null): JSX.Element | null =>
    position === null ? null : <div class={`column-${kind}`} style={{ '--at': placeIn(axis.range, position) }} />;
  const position = message?.position ?? null;
  return (
    <div class="column-frame" role="img" aria-label={`${label}: ${wayLabel(axis, message)}`}>
      <span class="column-end">{plainNumber(axis.range[1])}</span>
      <div class="column-rail">
        {mark('fill', position)}
        {mark('target', message?.target ?? null)}
        {mark('carriage', position)}
      </div>
      <span class="column-end">{plainNumber(axis.range[0])}</span>
    </div>
  );
}
