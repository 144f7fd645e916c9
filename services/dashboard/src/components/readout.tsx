import type { JSX } from 'preact';
import type { Figures } from '../view/figures.ts';

export function Readout({ unit, position, target, velocity }: Figures): JSX.Element {
  return (
    <div class="readout">
      <div class="readout-position">
        <span class="unseen">Position </span>
        <span class="number">{position}</span>
        <span class="unit">{unit}</span>
      </div>
      <dl>
        <div>
          <dt>Target</dt>
          <dd>{target}</dd>
        </div>
        <div>
          <dt>Velocity</dt>
          <dd>{velocity}</dd>
        </div>
      </dl>
    </div>
  );
}
