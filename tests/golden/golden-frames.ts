import { readFileSync } from 'node:fs';

/** A frame pair printed in a vendor's manual, or taken from a real drive. */
export interface GoldenFrame {
  readonly drive: string;
  readonly name: string;
  readonly request: Uint8Array;
  readonly response: Uint8Array | null;
  /** False for frames of vendors that use the CRC but not the Modbus layout. */
  readonly isModbus: boolean;
}

interface Written {
  drive: string;
  name: string;
  request: string;
  response: string | null;
}

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

const written: { frames: Written[] } = JSON.parse(readFileSync(new URL('frames.json', import.meta.url), 'utf8'));

export const goldenFrames: readonly GoldenFrame[] = written.frames.map(({ drive, name, request, response }) => ({
  drive,
  name,
  request: bytesOf(request),
  response: response === null ? null : bytesOf(response),
  isModbus: !drive.includes('not Modbus framing'),
}));
