import type { Signal } from '@preact/signals';
import type { JSX } from 'preact';
import type { CommonRange } from '../view/common-range.ts';
import { plainNumber } from '../view/quantity.ts';
import { readTarget } from '../view/target-text.ts';

interface Props {
  readonly label: string;
  readonly axis: CommonRange;
  readonly draft: Signal<string>;
}

/** A text field, not a number field: a scroll wheel must not change where a machine will go. */
export function TargetField({ label, axis, draft }: Props): JSX.Element {
  const target = readTarget(draft.value, axis.range, axis.unit);
  const isWrong = draft.value !== '' && !target.ok;
  return (
    <label class="target">
      <span class="unseen">{label}</span>
      <input
        type="text"
        inputMode="decimal"
        autocomplete="off"
        enterkeyhint="go"
        placeholder={`${plainNumber(axis.range[0])} … ${plainNumber(axis.range[1])}`}
        value={draft.value}
        aria-invalid={isWrong}
        title={isWrong && !target.ok ? target.because : undefined}
        onInput={(event) => (draft.value = event.currentTarget.value)}
      />
      <span class="target-unit" aria-hidden="true">
        {axis.unit}
      </span>
    </label>
  );
}
