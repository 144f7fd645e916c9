import type { Signal } from '@preact/signals';
import type { JSX } from 'preact';
import type { DriveDescription, DriveStateMessage } from '../../../contracts/index.ts';
import { placeIn, positionAt } from '../view/place.ts';
import { plainNumber, quantityText } from '../view/quantity.ts';
import { readTarget } from '../view/target-text.ts';

export interface WayProps {
  readonly axis: DriveDescription['axis'];
  readonly message: DriveStateMessage | null;
  /** Text of the target field; a press on the track fills it. */
  readonly draft: Signal<string>;
}

/** The range as a straight track: carriage where the axis is, open mark at its target, dotted mark at a typed target. */
export function Track({ axis, message, draft }: WayProps): JSX.Element {
  const { range, unit } = axis;
  const typed = readTarget(draft.value, range, unit);
  return (
    <div class="track" role="img" aria-label={wayLabel(axis, message)}>
      <div
        class="track-rail"
        title="Press to choose a target"
        onPointerDown={(event) => (draft.value = chosen(event, range))}
      >
        <Mark kind="fill" place={place(range, message?.position)} />
        <Mark kind="draft" place={typed.ok ? placeIn(range, typed.value) : null} />
        <Mark kind="target" place={place(range, message?.target)} />
        <Mark kind="carriage" place={place(range, message?.position)} />
      </div>
      <div class="track-scale" aria-hidden="true">
        <span>{plainNumber(range[0])}</span>
        <span>{plainNumber((range[0] + range[1]) / 2)}</span>
        <span>
          {plainNumber(range[1])} {unit}
        </span>
      </div>
    </div>
  );
}

export function wayLabel({ range, unit }: DriveDescription['axis'], message: DriveStateMessage | null): string {
  const position = quantityText(message?.position ?? null, unit, 1);
  const target = quantityText(message?.target ?? null, unit, 1);
  return `At ${position}, target ${target}, range ${plainNumber(range[0])} to ${plainNumber(range[1])} ${unit}`;
}

function Mark({ kind, place: at }: { readonly kind: string; readonly place: number | null }): JSX.Element | null {
  return at === null ? null : <div class={`track-${kind}`} style={{ '--at': at }} />;
}

function place(range: readonly [number, number], position: number | null | undefined): number | null {
  return position === null || position === undefined ? null : placeIn(range, position);
}

function chosen(event: PointerEvent, range: readonly [number, number]): string {
  const rail = event.currentTarget;
  if (!(rail instanceof HTMLElement)) return '';
  const { left, width } = rail.getBoundingClientRect();
  return String(positionAt(range, (event.clientX - left) / width));
}
