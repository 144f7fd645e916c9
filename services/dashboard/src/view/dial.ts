import type { AxisUnit } from '../../../contracts/index.ts';

const RADIUS = 40;
const CENTRE = 50;

/** Degrees clockwise from the top. */
export function dialAngle(unit: AxisUnit, position: number): number {
  return unit === 'rev' ? position * 360 : position;
}

export function isRound(unit: AxisUnit): boolean {
  return unit === 'deg' || unit === 'rev';
}

/** Point on the dial's ring in a drawing of 100 by 100. */
export function dialPoint(angle: number, radius = RADIUS): readonly [number, number] {
  const radians = ((angle - 90) * Math.PI) / 180;
  return [CENTRE + radius * Math.cos(radians), CENTRE + radius * Math.sin(radians)];
}

/** The part of the ring that the axis may reach, as an SVG path. */
export function dialArc(from: number, to: number): string {
  const [x1, y1] = dialPoint(from);
  if (Math.abs(to - from) >= 359.5) {
    const [x2, y2] = dialPoint(from + 180);
    return `M${round(x1)} ${round(y1)}A40 40 0 1 1 ${round(x2)} ${round(y2)}A40 40 0 1 1 ${round(x1)} ${round(y1)}`;
  }
  const [x2, y2] = dialPoint(to);
  const large = Math.abs(to - from) > 180 ? 1 : 0;
  return `M${round(x1)} ${round(y1)}A40 40 0 ${large} ${to > from ? 1 : 0} ${round(x2)} ${round(y2)}`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
