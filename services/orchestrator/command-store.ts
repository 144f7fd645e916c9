import { problem, Refusal, type GroupCommandResource } from '../contracts/index.ts';

type AskedCommand = Pick<GroupCommandResource, 'id' | 'group' | 'command' | 'parameters'>;
type NewCommand = AskedCommand & Pick<GroupCommandResource, 'createdAt'>;

/** Group commands with their outcomes: in memory, the newest kept. */
export interface CommandStore {
  /**
   * What `take` gives, the first time; the recorded command when the same id and body comes again.
   * @throws Refusal what `take` threw, then as now: refused is refused, although the group could do it by now;
   * duplicateId for the same id with another body
   */
  once(asked: AskedCommand, take: () => GroupCommandResource): GroupCommandResource;
  begin(command: NewCommand): GroupCommandResource;
  update(id: string, change: Partial<GroupCommandResource>): GroupCommandResource;
  /** @throws Refusal notFound */
  read(group: string, id: string): GroupCommandResource;
  /** Resolves when the command has ended. */
  ended(id: string): Promise<void>;
}

const KEPT = 500;

const isRunning = ({ status }: GroupCommandResource): boolean => status === 'accepted' || status === 'active';

export function createCommandStore(): CommandStore {
  const commands = new Map<string, GroupCommandResource>();
  const refusals = createRefusals();
  const waiters = new Map<string, (() => void)[]>();

  /** Maps keep the order of insertion: the first that has ended is the oldest. */
  const forgetOldest = (): void => {
    if (commands.size <= KEPT) return;
    const oldest = [...commands.values()].find((command) => !isRunning(command));
    if (oldest !== undefined) commands.delete(oldest.id);
  };
  return {
    once(asked, take) {
      const known = commands.get(asked.id);
      if (known === undefined) return refusals.remembering(asked, take);
      if (isSame(known, asked)) return known;
      throw new Refusal(problem('duplicateId', `The id ${asked.id} belongs to another command.`));
    },
    begin(command) {
      const resource = accepted(command);
      commands.set(command.id, resource);
      forgetOldest();
      return resource;
    },
    update(id, change) {
      const before = commands.get(id);
      if (before === undefined) throw new Error(`command ${id} was forgotten while it ran`);
      const after = { ...before, ...change };
      commands.set(id, after);
      if (!isRunning(after)) {
        for (const wake of waiters.get(id) ?? []) wake();
        waiters.delete(id);
      }
      return after;
    },
    read(group, id) {
      const known = commands.get(id);
      if (known !== undefined && known.group === group) return known;
      throw new Refusal(problem('notFound', `Group ${group} has no command ${id}; the last ${KEPT} are kept.`));
    },
    async ended(id) {
      const known = commands.get(id);
      if (known === undefined || !isRunning(known)) return;
      await new Promise<void>((resolve) => waiters.set(id, [...(waiters.get(id) ?? []), resolve]));
    },
  };
}

interface Refusals {
  readonly remembering: (asked: AskedCommand, take: () => GroupCommandResource) => GroupCommandResource;
}

/** By what was asked, id included; the oldest makes room. */
function createRefusals(): Refusals {
  const kept = new Map<string, Refusal>();

  function add(text: string, refusal: Refusal): void {
    const [oldest] = kept.size < KEPT ? [] : kept.keys();
    if (oldest !== undefined) kept.delete(oldest);
    kept.set(text, refusal);
  }

  return {
    remembering({ id, group, command, parameters }, take) {
      const text = sorted({ id, group, command, parameters });
      const before = kept.get(text);
      if (before !== undefined) throw before;
      try {
        return take();
      } catch (error) {
        if (error instanceof Refusal) add(text, error);
        throw error;
      }
    },
  };
}

/** Only a move has them. */
export const noFigures = {
  plannedDurationMs: null,
  expectedStartSkewMs: null,
  expectedSkewMs: null,
  measuredStartSkewMs: null,
  measuredArrivalSkewMs: null,
};

const accepted = (command: NewCommand): GroupCommandResource => ({
  ...command,
  status: 'accepted',
  endedAt: null,
  members: [],
  ...noFigures,
  error: null,
});

/** Bodies come from one schema, but a client may send its fields in another order the second time. */
function isSame(known: GroupCommandResource, asked: AskedCommand): boolean {
  const isNamedSame = known.group === asked.group && known.command === asked.command;
  return isNamedSame && sorted(known.parameters) === sorted(asked.parameters);
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
