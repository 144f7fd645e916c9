import type { DriveDescription, DriveStateMessage } from '../../../services/contracts/index.ts';
import { createFakeDrive } from './fake-drive.ts';

const lift = createFakeDrive({
  drive: 'lift-left',
  line: 'bench',
  unit: 1,
  axisUnit: 'mm',
  range: [0, 400],
  maxVelocity: 50,
});

/** An enabled, homed drive at rest, with whatever the test wants different. */
export function aState(news: Partial<DriveStateMessage> = {}): DriveStateMessage {
  return { ...lift.state, state: 'standstill', enabled: true, homed: true, ...news };
}

export function aDescription(news: Partial<DriveDescription> = {}): DriveDescription {
  return { ...lift.description, ...news };
}
