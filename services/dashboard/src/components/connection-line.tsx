import type { JSX } from 'preact';
import { usePage } from '../page.ts';
import { SignIn } from './sign-in.tsx';

/** Says why there is no connection, once it has been missing. */
export function ConnectionLine(): JSX.Element | null {
  const connection = usePage().store.connection.value;
  if (connection.kind !== 'lost') return null;
  const { title, remedy, needsToken } = connection.problem;
  if (needsToken === true) return <SignIn />;
  return (
    <p class="connection-line" role="status">
      <strong>{title}.</strong> Nothing below is current; the axes may be moving. {remedy}
    </p>
  );
}
