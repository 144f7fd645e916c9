import type { LineConfig } from '../../config/index.ts';
import { setpointMs, type Profile, type WireCost } from '../../drivers/profile/index.ts';

/** What a transaction with such a drive costs on this line, at worst; null where no serial line sets the pace: what a network adds nobody can say. */
export function wireCostOn({ serial }: LineConfig, { framing, timing }: Profile): WireCost | null {
  if (serial === null) return null;
  return {
    framing,
    baudRate: serial.baudRate,
    bitsPerCharacter: 1 + 8 + (serial.parity === 'none' ? 0 : 1) + serial.stopBits,
    transactionMs: timing.turnaroundMs + timing.interFrameGapMs,
  };
}

/** What one new set-point takes, in milliseconds, to a tenth of one. */
export function setpointOn(line: LineConfig, profile: Profile): number | null {
  const wire = profile.registers.targetPosition === undefined ? null : wireCostOn(line, profile);
  return wire === null ? null : Number(setpointMs(profile, wire).toFixed(1));
}
