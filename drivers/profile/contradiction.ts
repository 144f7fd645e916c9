/** A contradiction between parts of a profile each of which is well formed. */
export interface Contradiction {
  readonly path: readonly (string | number)[];
  readonly expected: string;
}

export const hex = (address: number): string => `0x${address.toString(16).toUpperCase().padStart(4, '0')}`;
