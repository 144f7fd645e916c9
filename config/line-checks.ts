import { atKey, atValue, type ProblemAt } from './problem-at.ts';
import type { Draft, SiteDraft } from './site-draft.ts';

const WAYS = ['simulated', 'serial', 'tcp', 'rtuOverTcp'] as const;
const SERIAL_SETTINGS = ['baudRate', 'parity', 'stopBits'] as const;

/** What must hold for each line, and between lines. */
export function checkLines(draft: SiteDraft): readonly ProblemAt[] {
  const used = new Set([...draft.drives.values()].map((drive) => drive['line']));
  return [
    ...[...draft.lines].flatMap(([id, line]) => [
      ...checkWay(id, line),
      ...checkSettings(id, line),
      ...(used.has(id) ? [] : [atKey(['lines', id], `no drive is on this line; add one with "line: ${id}"`)]),
    ]),
    ...checkSharedPorts(draft.lines),
  ];
}

function checkWay(id: string, line: Draft): readonly ProblemAt[] {
  const ways = WAYS.filter((way) => way in line);
  if (ways.length === 1) return [];
  const found = ways.length === 0 ? 'says no way to its drives' : `says ${ways.length} ways (${ways.join(', ')})`;
  return [atKey(['lines', id], `${found}; expected exactly one of ${WAYS.join(', ')}`)];
}

/** A setting without effect would be believed to have one. */
function checkSettings(id: string, line: Draft): readonly ProblemAt[] {
  const present = SERIAL_SETTINGS.filter((setting) => setting in line);
  const because =
    'simulated' in line
      ? 'a simulated line is set by "simulated: { baudRate: ... }"'
      : 'tcp' in line
        ? 'Modbus TCP has no serial settings; set them in the gateway'
        : null;
  if (because === null) return [];
  return present.map((setting) => atKey(['lines', id, setting], `has no effect here: ${because}`));
}

function checkSharedPorts(lines: SiteDraft['lines']): readonly ProblemAt[] {
  const owners = new Map<string, string>();
  const problems: ProblemAt[] = [];
  for (const [id, line] of lines) {
    for (const way of ['serial', 'tcp', 'rtuOverTcp'] as const) {
      if (line[way] === undefined) continue;
      const port = JSON.stringify(line[way]);
      const owner = owners.get(port);
      owners.set(port, id);
      if (owner === undefined) continue;
      problems.push(atValue(['lines', id, way], `line "${owner}" has the same port; a port has exactly one line`));
    }
  }
  return problems;
}
