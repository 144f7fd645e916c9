import type { DriveDescription, DriveStateMessage } from '../../../services/contracts/index.ts';

const EPOCH = 'fake-epoch-1';

export interface FakeDrive {
  readonly description: DriveDescription;
  state: DriveStateMessage;
  goal: number | null;
}

interface Shape {
  readonly drive: string;
  readonly line: string;
  readonly unit: number;
  readonly axisUnit: DriveDescription['axis']['unit'];
  readonly range: [number, number];
  readonly maxVelocity: number;
}

export function createFakeDrive({ drive, line, unit, axisUnit, range, maxVelocity }: Shape): FakeDrive {
  return {
    goal: null,
    description: {
      drive,
      site: 'demo',
      line,
      unit,
      profile: { id: 'kpower-reference', title: 'KPOWER reference map', placeholder: true },
      simulated: true,
      identity: null,
      axis: {
        unit: axisUnit,
        range,
        maxVelocity,
        maxAcceleration: maxVelocity * 4,
        resolution: 0.001,
        homingRequired: axisUnit === 'mm',
      },
      capabilities: ['enable', 'disable', 'home', 'move-absolute', 'move-relative', 'halt', 'stop', 'release', 'reset'],
      groupTrigger: true,
      watchdogMs: 500,
      refused: null,
      url: 'http://127.0.0.1:9',
      epoch: EPOCH,
    },
    state: {
      drive,
      state: 'disabled',
      position: range[0] + (range[1] - range[0]) * 0.1,
      velocity: 0,
      target: null,
      unit: axisUnit,
      moving: false,
      inPosition: null,
      homed: false,
      enabled: false,
      stopLatched: false,
      override: 1,
      followingError: 0,
      torque: 2,
      temperature: 31,
      supplyVoltage: 24.1,
      limits: { negative: false, positive: false, home: false },
      link: 'online',
      stale: false,
      sampledAt: null,
      fault: null,
      warnings: [],
      command: null,
      lease: null,
      maintenance: null,
      armed: null,
      epoch: EPOCH,
      seq: 0,
    },
  };
}

/** Moves a drive towards its goal for `seconds`; true when its state changed. */
export function advance(drive: FakeDrive, seconds: number): boolean {
  const { goal, state } = drive;
  if (goal === null || state.position === null) return false;
  const reach = drive.description.axis.maxVelocity * seconds;
  const left = goal - state.position;
  const isThere = Math.abs(left) <= reach;
  const seen = isThere
    ? { position: goal, velocity: 0, moving: false, inPosition: true, state: 'standstill' as const, command: null }
    : {
        position: state.position + Math.sign(left) * reach,
        velocity: Math.sign(left) * drive.description.axis.maxVelocity,
      };
  change(drive, { ...seen, ...(isThere && state.state === 'homing' ? { homed: true } : {}) });
  if (isThere) drive.goal = null;
  return true;
}

export function change(drive: FakeDrive, news: Partial<DriveStateMessage>): void {
  drive.state = { ...drive.state, ...news, seq: drive.state.seq + 1 };
}

/** Does a command at once, as a drive would; a problem code when it may not. */
export function act(
  drive: FakeDrive,
  command: string,
  body: Record<string, unknown>,
): 'stopLatched' | 'notEnabled' | 'softLimit' | null {
  const { state, description } = drive;
  const goTo = (goal: number, axisState: DriveStateMessage['state']): null => {
    drive.goal = goal;
    const running = { id: '00000000-0000-4000-8000-000000000000', command, status: 'active', progress: 0 } as const;
    change(drive, { state: axisState, moving: true, inPosition: false, target: goal, command: running });
    return null;
  };
  const rest = (more: Partial<DriveStateMessage>): null => {
    drive.goal = null;
    change(drive, { moving: false, velocity: 0, command: null, ...more });
    return null;
  };
  const off = { enabled: false, state: 'disabled' } as const;
  switch (command) {
    case 'stop':
      return rest({ stopLatched: true, state: state.enabled === true ? 'stopping' : 'disabled' });
    case 'release':
      return rest({ stopLatched: false, state: state.enabled === true ? 'standstill' : 'disabled' });
    case 'reset':
      return rest({ fault: null, ...off });
    case 'disable':
      return rest(off);
    case 'halt':
      return rest({ state: 'standstill' });
  }
  if (state.stopLatched) return 'stopLatched';
  if (command === 'enable') return rest({ enabled: true, state: 'standstill' });
  if (state.enabled !== true) return 'notEnabled';
  const [low, high] = description.axis.range;
  if (command === 'home') return goTo(low <= 0 && high >= 0 ? 0 : low, 'homing');
  const goal =
    command === 'move-relative' ? (state.position ?? 0) + Number(body['distance']) : Number(body['position']);
  return goal < low || goal > high ? 'softLimit' : goTo(goal, 'discreteMotion');
}
