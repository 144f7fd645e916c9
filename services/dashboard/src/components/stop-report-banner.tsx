import type { JSX } from 'preact';
import { usePage } from '../page.ts';
import { stopSummary } from '../view/stop-summary.ts';
import { Shape } from './shape.tsx';

export function StopReportBanner(): JSX.Element {
  const { store, commander } = usePage();
  const stop = store.stop.value;
  return (
    <div role="alert" class="stop-report-place">
      {stop.kind === 'answered' && (
        <StopReportText
          {...stopSummary(stop.outcome)}
          onRelease={() => void commander.releaseAll()}
          onDismiss={() => (store.stop.value = { kind: 'none' })}
        />
      )}
    </div>
  );
}

interface TextProps extends ReturnType<typeof stopSummary> {
  readonly onRelease: () => void;
  readonly onDismiss: () => void;
}

function StopReportText({ tone, title, lines, onRelease, onDismiss }: TextProps): JSX.Element {
  return (
    <div class={`stop-report stop-report-${tone}`}>
      <Shape tone={tone === 'loud' ? 'danger' : 'caution'} />
      <div class="stop-report-text">
        <strong>{title}</strong>
        {lines.map((line) => (
          <p key={line}>{line}</p>
        ))}
      </div>
      <div class="stop-report-buttons">
        {tone === 'calm' && (
          <button
            type="button"
            class="button"
            title="Lets every axis move again; none moves by itself"
            onClick={onRelease}
          >
            Release all
          </button>
        )}
        <button type="button" class="button button-plain" onClick={onDismiss}>
          Close
        </button>
      </div>
    </div>
  );
}
