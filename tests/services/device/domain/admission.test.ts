import { describe, expect, test } from 'vitest';
import type { AxisState } from '../../../../services/contracts/index.ts';
import { admit, type Asked, type Situation } from '../../../../services/device/domain/admission.ts';

const commands = [
  'enable',
  'disable',
  'home',
  'set-position',
  'move-absolute',
  'move-relative',
  'move-velocity',
  'jog',
  'set-override',
  'halt',
  'release',
  'reset',
  'arm',
  'trigger',
  'disarm',
] as const;
const states: readonly AxisState[] = [
  'disabled',
  'standstill',
  'homing',
  'discreteMotion',
  'continuousMotion',
  'synchronizedMotion',
  'stopping',
  'errorStop',
  'unknown',
];

const resting: Situation = {
  drive: 'lift',
  state: 'standstill',
  stopLatched: false,
  online: true,
  refused: null,
  lineQuality: 'good',
  capabilities: new Set(commands),
  epoch: 'epoch-now',
  positionKnown: true,
  moving: false,
  armed: false,
  busyWith: null,
  queueFull: false,
  maintenance: null,
  authorityOf: () => 'granted',
  isLeading: (fence) => fence === 'current',
  haltedAtMs: null,
};
const asked = (command: Asked['command'], more: Partial<Asked> = {}): Asked => ({
  command,
  epoch: undefined,
  lease: undefined,
  fence: undefined,
  bufferMode: undefined,
  ttlLeftMs: 1000,
  issuedAtMs: null,
  ...more,
});
const code = (command: Asked['command'], at: Partial<Situation> = {}, more: Partial<Asked> = {}): string =>
  admit(asked(command, more), { ...resting, ...at })?.code ?? 'admitted';

describe('which command is taken in which state', () => {
  // rows after PLCopen part 1, figure 2; columns in the order of `states`; trigger needs an armed axis
  const table: [Asked['command'], string][] = [
    ['enable', '++.......'],
    ['disable', '++++++++.'],
    ['home', '.+.......'],
    ['set-position', '.+.......'],
    ['move-absolute', '.+.++....'],
    ['move-relative', '.+.++....'],
    ['move-velocity', '.+.++....'],
    ['jog', '.+..+....'],
    ['set-override', '+++++++++'],
    ['halt', '.+.++....'],
    ['release', '++....++.'],
    ['reset', '++....++.'],
    ['arm', '.+.......'],
    ['trigger', '.+.......'],
    ['disarm', '++++++++.'],
  ];
  test.each(table)('%s', (command, row) => {
    const taken = states.map((state) =>
      code(command, { state, armed: command === 'trigger' }) === 'admitted' ? '+' : '.',
    );
    expect(taken.join('')).toBe(row);
  });

  test('a refusal names the reason that the state is', () => {
    const reasons = states.map((state) => code('move-absolute', { state }));
    expect(reasons).toEqual([
      'notEnabled',
      'admitted',
      'homingActive',
      'admitted',
      'admitted',
      'busy',
      'stopLatched',
      'errorStop',
      'unknownState',
    ]);
  });
});

describe('what else keeps a command out', () => {
  test.each([
    ['an unknown word for this drive', 'arm', { capabilities: new Set<string>() }, 'unsupported'],
    ['a drive that must not be moved', 'enable', { refused: 'placeholder' }, 'refusedDrive'],
    ['a dead line', 'move-absolute', { online: false, state: 'unknown' as const }, 'offline'],
    ['an unknown position', 'move-relative', { positionKnown: false }, 'notHomed'],
    ['a bad line', 'move-absolute', { lineQuality: 'refuse-motion' as const }, 'lineQuality'],
    ['a latch', 'enable', { state: 'disabled' as const, stopLatched: true }, 'stopLatched'],
    ['another command under way', 'move-absolute', { busyWith: 'enable' }, 'busy'],
    ['an armed set-point that it would overwrite', 'move-absolute', { armed: true }, 'busy'],
    ['nothing armed', 'trigger', {}, 'notArmed'],
    ['a release before rest', 'release', { state: 'stopping' as const, moving: true }, 'busy'],
    ['a release without a reading', 'release', { state: 'stopping' as const, moving: null }, 'busy'],
  ] as const)('%s', (...[, command, at, expected]) => {
    expect(code(command, at)).toBe(expected);
  });

  test('but a bad line, an unknown position and another command do not keep a disable out', () => {
    expect(code('disable', { lineQuality: 'stop', positionKnown: false, busyWith: 'enable' })).toBe('admitted');
  });

  test('age and epoch are asked before the state: a late command is late whatever the axis does', () => {
    expect(code('move-absolute', { state: 'errorStop' }, { ttlLeftMs: 0 })).toBe('ttlExpired');
    expect(code('move-absolute', { state: 'errorStop' }, { epoch: 'epoch-before' })).toBe('epochMismatch');
  });

  test('a full queue matters only to what would wait in it', () => {
    expect(code('move-absolute', { queueFull: true }, { bufferMode: 'buffered' })).toBe('queueFull');
    expect(code('move-absolute', { queueFull: true }, { bufferMode: 'aborting' })).toBe('admitted');
  });
});
