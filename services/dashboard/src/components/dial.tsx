import type { JSX } from 'preact';
import { dialAngle, dialArc, dialPoint } from '../view/dial.ts';
import { plainNumber } from '../view/quantity.ts';
import { readTarget } from '../view/target-text.ts';
import { type WayProps, wayLabel } from './track.tsx';

/** The range as a ring: needle where the axis points, open mark at its target, dotted mark at a typed target. */
export function Dial({ axis, message, draft }: WayProps): JSX.Element {
  const { range, unit } = axis;
  const angle = (position: number): number => dialAngle(unit, position);
  const position = message?.position ?? null;
  const target = message?.target ?? null;
  const typed = readTarget(draft.value, range, unit);
  return (
    <div class="dial">
      <svg viewBox="0 0 100 100" role="img" aria-label={wayLabel(axis, message)}>
        <path class="dial-range" d={dialArc(angle(range[0]), angle(range[1]))} />
        {[0, 90, 180, 270].map((tick) => (
          <Tick key={tick} angle={tick} />
        ))}
        {typed.ok && <Spot kind="draft" angle={angle(typed.value)} />}
        {target !== null && <Spot kind="target" angle={angle(target)} />}
        {position !== null && (
          <g class="dial-needle" style={{ transform: `rotate(${angle(position)}deg)` }}>
            <path d="M50 12 54 50a4 4 0 0 1-8 0z" />
          </g>
        )}
        <circle class="dial-hub" cx="50" cy="50" r="2.2" />
      </svg>
      <p class="track-scale" aria-hidden="true">
        {plainNumber(range[0])} to {plainNumber(range[1])} {unit}
      </p>
    </div>
  );
}

function Tick({ angle }: { readonly angle: number }): JSX.Element {
  const [x1, y1] = dialPoint(angle, 33);
  const [x2, y2] = dialPoint(angle, 35.5);
  return <line class="dial-tick" x1={x1} y1={y1} x2={x2} y2={y2} />;
}

function Spot({ kind, angle }: { readonly kind: 'target' | 'draft'; readonly angle: number }): JSX.Element {
  const [x, y] = dialPoint(angle);
  return <circle class={`dial-${kind}`} cx={x} cy={y} r="4.6" />;
}
