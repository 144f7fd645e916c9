import type { GroupReport } from '../../../contracts/index.ts';

type Move = Pick<GroupReport, 'status' | 'plannedDurationMs' | 'expectedSkewMs' | 'measuredStartSkewMs' | 'error'>;

/** "Last move: done, planned 2.1 s, started within 4 ms of each other" - only what is known. */
export function moveSummary(move: Move): string {
  const parts = [
    move.status,
    move.plannedDurationMs !== null && `planned ${(move.plannedDurationMs / 1000).toFixed(1)} s`,
    startSkew(move),
    move.error !== null && move.error.detail,
  ];
  return `Last move: ${parts.filter((part) => part !== false).join(', ')}`;
}

function startSkew({ measuredStartSkewMs, expectedSkewMs }: Move): string | false {
  if (measuredStartSkewMs !== null) return `started within ${Math.round(measuredStartSkewMs)} ms of each other`;
  return expectedSkewMs !== null && `start expected within ${Math.ceil(expectedSkewMs)} ms of each other`;
}
