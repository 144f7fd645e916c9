import type { JSX } from 'preact';
import type { Tone } from '../view/axis-word.ts';

const drawings: Record<Tone, JSX.Element> = {
  off: <circle cx="8" cy="8" r="5.5" fill="none" stroke="currentColor" stroke-width="2" />,
  ready: <circle cx="8" cy="8" r="6" fill="currentColor" />,
  active: <path d="M4 2.5 13.5 8 4 13.5z" fill="currentColor" />,
  caution: <rect x="2.5" y="2.5" width="11" height="11" rx="1.5" fill="currentColor" />,
  danger: <path d="M8 1.2 15.4 14.4H.6zM7.1 6v4h1.8V6zm0 5v1.8h1.8V11z" fill="currentColor" fill-rule="evenodd" />,
  unknown: (
    <circle cx="8" cy="8" r="5.5" fill="none" stroke="currentColor" stroke-width="2" stroke-dasharray="2.6 3.16" />
  ),
};

/** One shape for each tone: states can be told apart without their colours. */
export function Shape({ tone }: { readonly tone: Tone }): JSX.Element {
  return (
    <svg class={`shape tone-${tone}`} viewBox="0 0 16 16" aria-hidden="true">
      {drawings[tone]}
    </svg>
  );
}
