import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { usePage } from '../page.ts';
import { dropNotice, type Notice } from '../store/notices.ts';
import { Shape } from './shape.tsx';

const SHOWN_MS = 15_000;

export function Notices(): JSX.Element {
  const { store } = usePage();
  return (
    <div class="notices" role="status" aria-live="polite" aria-label="Messages">
      {store.notices.value.map((notice) => (
        <NoticeLine key={`${notice.key}-${notice.times}`} notice={notice} />
      ))}
    </div>
  );
}

function NoticeLine({ notice }: { readonly notice: Notice }): JSX.Element {
  const { store, clock } = usePage();
  useEffect(() => clock.after(SHOWN_MS, () => dropNotice(store, notice.key)), [clock, store, notice.key]);
  return (
    <div class="notice">
      <Shape tone="caution" />
      <div>
        <strong>
          {notice.title}
          {notice.times > 1 && ` (${notice.times} times)`}
        </strong>
        <p>{notice.detail}</p>
        {notice.remedy !== null && <p class="remedy">{notice.remedy}</p>}
      </div>
      <button type="button" class="button-icon" aria-label="Dismiss" onClick={() => dropNotice(store, notice.key)}>
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="m4 4 8 8m0-8-8 8" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" />
        </svg>
      </button>
    </div>
  );
}
