/** What decides how long a character takes; 8 data bits always. */
export interface CharacterSettings {
  readonly baudRate: number;
  readonly parity: 'none' | 'even' | 'odd';
  readonly stopBits: 1 | 2;
}

/** "Modbus over Serial Line" V1.02, 2.5.1.1: above 19200 baud the silence between frames is fixed at 1.750 ms. */
const FIXED_GAP_ABOVE_BAUD = 19_200;
const FIXED_GAP_MS = 1.75;
const GAP_CHARACTERS = 3.5;

/** Start bit, 8 data bits, parity bit if any, stop bits: 10 to 12. */
export function bitsPerCharacter(settings: CharacterSettings): number {
  return 1 + 8 + (settings.parity === 'none' ? 0 : 1) + settings.stopBits;
}

/** Time that `bytes` characters take on the wire, in ms. */
export function frameTimeMs(settings: CharacterSettings, bytes: number): number {
  return (bytes * bitsPerCharacter(settings) * 1000) / settings.baudRate;
}

/** Silence that ends a frame, t3.5, in ms. */
export function silentGapMs(settings: CharacterSettings): number {
  return settings.baudRate > FIXED_GAP_ABOVE_BAUD ? FIXED_GAP_MS : frameTimeMs(settings, GAP_CHARACTERS);
}
