import { AxisUnits } from '../../drivers/base/index.ts';
import { problem, Refusal, type DriveCommand, type DriveCommandName } from '../contracts/index.ts';
import type { Work } from './axis-memory.ts';
import { haltWork } from './halt-work.ts';
import { checkTellable, type AskedRamp } from './domain/tellable.ts';
import { homeWork } from './home-work.ts';
import { jogWork } from './jog-work.ts';
import { overrideWork } from './override-work.ts';
import {
  afterTheLast,
  moveWork,
  planTo,
  relativeBase,
  relativeTarget,
  velocityWork,
  type WorkParts,
} from './motion-work.ts';
import {
  armWork,
  disableWork,
  disarmWork,
  enableWork,
  releaseWork,
  resetWork,
  setPositionWork,
  triggerWork,
} from './state-work.ts';
import { velocityRunWork } from './velocity-run-work.ts';

/** Every command but `stop`, which is no work: it goes ahead of all of it. */
export type WorkName = Exclude<DriveCommandName, 'stop'>;

type WorkTable = { readonly [Name in WorkName]: (body: DriveCommand<Name>, parts: WorkParts) => Work };

const WORKS: WorkTable = {
  enable: (_body, parts) => enableWork(parts),
  disable: (_body, parts) => disableWork(parts),
  home: homeWork,
  'set-position': setPositionWork,
  'move-absolute': (body, parts) => moveTo(AxisUnits(body.position), told(body, parts), parts),
  'move-relative': (body, parts) => {
    const base = relativeBase(parts) ?? parts.view.position();
    if (base === null) throw new Refusal(problem('unknownState', 'The position it would count from is not known.'));
    return moveTo(relativeTarget(base, body.distance, parts.kit), told(body, parts), parts);
  },
  'move-velocity': (body, parts) => (parts.kit.hasPosition ? velocityWork : velocityRunWork)(told(body, parts), parts),
  jog: (body, parts) => {
    // its velocity is only asked for: the target is what bounds it
    told({ acceleration: body.acceleration, deceleration: body.deceleration }, parts);
    return jogWork(body, parts);
  },
  'set-override': overrideWork,
  halt: haltWork,
  release: (_body, parts) => releaseWork(parts),
  reset: (_body, parts) => resetWork(parts),
  arm: (body, parts) => armWork(told(body, parts), parts),
  trigger: triggerWork,
  disarm: (_body, parts) => disarmWork(parts),
};

/** What the drive can be told, or a Refusal thrown. */
function told<Asked extends AskedRamp>(asked: Asked, { kit }: WorkParts): Asked {
  const untold = checkTellable(asked, kit.config.profile);
  if (untold !== null) throw new Refusal({ ...untold, drive: kit.config.id });
  return asked;
}

interface MoveBody extends AskedRamp {
  readonly bufferMode?: 'aborting' | 'buffered' | undefined;
}

function moveTo(target: AxisUnits, body: MoveBody, parts: WorkParts): Work {
  const plan = planTo(
    target,
    body.bufferMode === 'buffered' ? { ...body, beginning: afterTheLast(parts) } : body,
    parts,
  );
  return { ...moveWork(plan, 'discreteMotion', parts), replan: () => planTo(target, body, parts) };
}

/** What an admitted command will do; throws a Refusal when a limit forbids it, or the drive cannot be told. */
export function workOf<Name extends WorkName>(name: Name, body: DriveCommand<Name>, parts: WorkParts): Work {
  return WORKS[name](body, parts);
}
