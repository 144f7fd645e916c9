import type { CommandReport, DriveEvent, DriveStateMessage } from '../../services/contracts/index.ts';
import { countsPerUnit } from './small-site.ts';
import type { Witness, World } from './world.ts';

const STATE_EDGE = /^(\w+) to (\w+)$/;
/** A wall clock that has jumped lately makes the instants of readings worthless. */
const AFTER_JUMP_MS = 3000;

export function createWitness(world: World): Witness {
  const { clock, facts, simulator, site } = world;
  const drives = new Map([...site.drives.values()].map((drive) => [drive.id, countsPerUnit(drive)]));
  let jumpedAtMs = -Infinity;
  let jumps = 0;

  const truth = (drive: string): { position: number; velocity: number } => {
    simulator.settle();
    return simulator.drives.get(drive)!.plant();
  };

  function report({ id, drive, command, status, error, result }: CommandReport): void {
    const { position: shaft, velocity } = truth(drive);
    const [atMs, code, stop] = [clock.nowMs(), error?.code ?? null, result?.stop ?? null];
    facts.add({ kind: 'report', atMs, drive, id, command, status, code, stop, shaft, speed: Math.abs(velocity) });
  }

  function state({ drive, position, sampledAt }: DriveStateMessage): void {
    // counted, because two of them may come between two messages, and the second take the first back
    if (world.wall.jumps !== jumps) {
      jumps = world.wall.jumps;
      jumpedAtMs = clock.nowMs();
    }
    if (position === null || sampledAt === null || clock.nowMs() - jumpedAtMs < AFTER_JUMP_MS) return;
    const askedAtMs = clock.nowMs() - (clock.unixMs() + world.wall.offsetMs - Date.parse(sampledAt));
    // instants for people are whole milliseconds
    const whenAsked = world.watches.get(site.drives.get(drive)!.line)?.positionAsked(drive, askedAtMs + 1) ?? null;
    if (whenAsked === null) return;
    const said = position * drives.get(drive)!;
    facts.add({ kind: 'reading', atMs: clock.nowMs(), drive, said, whenAsked, now: truth(drive).position });
  }

  return {
    heard(topic, payload) {
      if (topic.endsWith('/state')) state(JSON.parse(payload) as DriveStateMessage);
      else if (topic.endsWith('/results')) report(JSON.parse(payload) as CommandReport);
      else if (topic.endsWith('/event/state-changed')) {
        const { drive, detail } = JSON.parse(payload) as DriveEvent;
        const [, from, to] = STATE_EDGE.exec(detail) ?? [];
        if (from === undefined || to === undefined) return;
        const speed = Math.abs(truth(drive).velocity);
        facts.add({ kind: 'edge', atMs: clock.nowMs(), drive, from, to, speed });
      }
    },
  };
}
