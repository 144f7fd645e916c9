import { InvalidArgumentError } from 'commander';

type Given = Readonly<Record<string, number | boolean>>;

/** `height=60` or `fast=true`, beside those before it. */
export function toParameter(text: string, before: Given = {}): Given {
  const [, name, written] = /^([^=\s]+)=(.+)$/.exec(text) ?? [];
  if (name === undefined || written === undefined) throw new InvalidArgumentError('expected NAME=VALUE, as height=60.');
  if (name in before) throw new InvalidArgumentError(`${name} is given twice.`);
  return { ...before, [name]: valueOf(written) };
}

function valueOf(written: string): number | boolean {
  if (written === 'true' || written === 'false') return written === 'true';
  const value = Number(written);
  if (written.trim() === '' || !Number.isFinite(value)) {
    throw new InvalidArgumentError(`expected a number, true or false, found "${written}".`);
  }
  return value;
}
