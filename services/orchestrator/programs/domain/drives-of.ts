import type { Site } from '../../../../config/index.ts';
import type { Instruction, Which } from './instruction.ts';

/** Every drive that these instructions may move or stop by name. */
export function drivesOf(instructions: readonly Instruction[], { groups }: Pick<Site, 'groups'>): ReadonlySet<string> {
  const ofGroup = (group: string): readonly string[] => groups.get(group)?.drives ?? [];
  const ofWhich = (which: Which | 'all'): readonly string[] => {
    if (which === 'all') return [];
    return 'drive' in which ? [which.drive] : ofGroup(which.group);
  };
  return new Set(
    instructions.flatMap((instruction) => {
      if (instruction.op !== 'act') return [];
      const { act } = instruction;
      if (act.do === 'move' || act.do === 'move-by') return [act.drive];
      if (act.do === 'group-move') return ofGroup(act.group);
      return act.do === 'home' || act.do === 'stop' ? ofWhich(act.which) : [];
    }),
  );
}
