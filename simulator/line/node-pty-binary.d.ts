/** What node-pty is made of, which its own types leave out: two descriptors and the name of the second one's device. */
declare module '@lydell/node-pty/requireBinary.js' {
  interface PtyBinary {
    open(columns: number, rows: number): { readonly master: number; readonly slave: number; readonly pty: string };
  }
  const parts: { readonly requireBinary: (file: string) => PtyBinary };
  // A CommonJS module has no other export to declare.
  export = parts;
}
