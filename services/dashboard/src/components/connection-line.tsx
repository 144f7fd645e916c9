import type { JSX } from 'preact';
import { usePage } from '../page.ts';

/** Says why there is no connection, once it has been missing. */
export function ConnectionLine(): JSX.Element | null {
  const connection = usePage().store.connection.value;
  if (connection.kind !== 'lost') return null;
  return (
    <p class="connection-line" role="status">
      <strong>{connection.why}.</strong> Nothing below is current; the axes may be moving. {connection.remedy}
    </p>
  );
}
