import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { usePage } from '../page.ts';

/** Asks for a token where the site has any; the link printed at start does the same without typing. */
export function SignIn(): JSX.Element {
  const { commander } = usePage();
  const token = useSignal('');
  const submit = async (): Promise<void> => {
    if (await commander.signIn(token.value.trim())) location.reload();
  };
  return (
    <form
      class="sign-in card"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <h2>Sign in</h2>
      <p class="quiet">Open the link that kmotion printed at start, or give a token of this site.</p>
      <label class="target">
        <span class="unseen">Token</span>
        <input
          type="password"
          autocomplete="current-password"
          value={token.value}
          onInput={(event) => (token.value = event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="button button-main">
        Sign in
      </button>
    </form>
  );
}
