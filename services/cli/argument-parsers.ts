import { InvalidArgumentError } from 'commander';

// From the words of a command line to values; each refuses with what it expected.

export function toNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('expected a number.');
  return value;
}

export function toCount(text: string): number {
  const value = toNumber(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('expected a whole number above 0.');
  return value;
}

export function toUnit(text: string): number {
  const value = toNumber(text);
  if (!Number.isInteger(value) || value < 1 || value > 247) {
    throw new InvalidArgumentError('expected a whole number from 1 to 247.');
  }
  return value;
}

export function toPort(text: string): number {
  const value = toNumber(text);
  if (!Number.isInteger(value) || value < 0 || value > 65_535) {
    throw new InvalidArgumentError('expected a port from 0 to 65535.');
  }
  return value;
}
