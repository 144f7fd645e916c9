/** Two handy steps for a range, about one and five hundredths of it: 1, 2 or 5 times a power of ten. */
export function stepSizes(range: readonly [number, number]): readonly [small: number, large: number] {
  const span = Math.abs(range[1] - range[0]) || 1;
  return [handy(span / 100), handy(span / 20)];
}

function handy(about: number): number {
  const power = 10 ** Math.floor(Math.log10(about));
  const lead = about / power;
  const rounded = lead < 1.5 ? 1 : lead < 3.5 ? 2 : lead < 7.5 ? 5 : 10;
  return Number((rounded * power).toPrecision(6));
}
