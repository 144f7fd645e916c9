export type TaughtRange =
  { readonly ok: true; readonly range: readonly [number, number] } | { readonly ok: false; readonly reason: string };

/** Nearer than this the two ends are one. */
const LEAST_STEPS = 10;

/** The soft limits between two ends that a person has shown, whichever came first, never wider than they are. Pure. */
export function taughtRange(
  ends: readonly [number, number],
  { margin, resolution }: { readonly margin: number; readonly resolution: number },
): TaughtRange {
  const [low, high] = [Math.min(...ends) + margin, Math.max(...ends) - margin];
  if (high - low < LEAST_STEPS * resolution) {
    const kept = margin === 0 ? '' : ` less a margin of ${margin} at each`;
    return { ok: false, reason: `between the two ends (${ends.join(' and ')})${kept} there is no way left` };
  }
  const step = decimalStep(resolution);
  return {
    ok: true,
    range: [rounded(Math.ceil(low / step - SLACK) * step), rounded(Math.floor(high / step + SLACK) * step)],
  };
}

/** 0.1 + 0.2 is no step too far. */
const SLACK = 1e-6;

/** As many decimals as the drive's smallest step has a use for. */
const decimalStep = (resolution: number): number => 10 ** Math.floor(Math.log10(resolution));

const rounded = (value: number): number => Number(value.toFixed(9));
