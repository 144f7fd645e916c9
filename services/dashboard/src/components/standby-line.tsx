import type { JSX } from 'preact';
import { usePage } from '../page.ts';
import { standbyText } from '../view/standby-text.ts';

/** Says that another orchestrator commands, before anybody wonders why this one refuses. */
export function StandbyLine(): JSX.Element | null {
  const text = standbyText(usePage().store.site.value, location.origin);
  if (text === null) return null;
  const { title, meanwhile, leaderUrl, command } = text;
  return (
    <p class="connection-line" role="status">
      <strong>{title}.</strong> {meanwhile}{' '}
      {leaderUrl !== null && (
        <>
          Command at <a href={leaderUrl}>{leaderUrl}</a>.{' '}
        </>
      )}
      To let this one lead instead: <code>{command}</code>
    </p>
  );
}
