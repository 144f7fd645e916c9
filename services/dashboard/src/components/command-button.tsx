import type { ComponentChildren, JSX } from 'preact';
import type { Permission } from '../view/permissions.ts';

interface Props {
  readonly permission: Permission;
  readonly onPress: () => void;
  readonly children: ComponentChildren;
  readonly kind?: 'main' | 'plain' | 'stop';
  /** Spoken name where the text alone would not do. */
  readonly label?: string;
}

/** A button that stays reachable by keyboard when it may not be pressed, so that it can say why. */
export function CommandButton({ permission, onPress, children, kind = 'plain', label }: Props): JSX.Element {
  const because = permission.allowed ? undefined : permission.because;
  return (
    <button
      type="button"
      class={`button button-${kind}`}
      aria-disabled={!permission.allowed}
      aria-label={label}
      aria-description={because}
      title={because}
      onClick={() => permission.allowed && onPress()}
    >
      {children}
    </button>
  );
}
