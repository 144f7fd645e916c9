import type { JSX } from 'preact';
import type { AxisWord } from '../view/axis-word.ts';
import { Shape } from './shape.tsx';

export function StateBadge({ word, tone }: AxisWord): JSX.Element {
  return (
    <span class={`badge badge-${tone}`}>
      <Shape tone={tone} />
      {word}
    </span>
  );
}
