import type { Clock } from '../../../drivers/base/index.ts';
import { problem, Refusal } from '../../contracts/index.ts';
import type { Axis } from '../axis.ts';
import type { LineHost } from '../line-host.ts';

export interface RouteParts {
  readonly host: LineHost;
  readonly clock: Clock;
}

export interface DriveRoute {
  readonly Params: { readonly drive: string };
}

export interface LineRoute {
  readonly Params: { readonly line: string };
}

/** @throws Refusal notFound when the line is another process's */
export function checkLine(line: string, { config }: LineHost): void {
  if (line === config.id) return;
  throw new Refusal(problem('notFound', `There is no line ${line} here; this process serves ${config.id}.`));
}

/** @throws Refusal notFound that names the drives there are */
export function axisOf(drive: string, { host }: RouteParts): Axis {
  const axis = host.axes.get(drive);
  if (axis !== undefined) return axis;
  const there = [...host.axes.keys()].join(', ');
  throw new Refusal(problem('notFound', `There is no drive ${drive} on line ${host.config.id}; it has ${there}.`));
}
