import { expect, test } from 'vitest';
import { AxisState } from '../../../../services/contracts/index.ts';
import { groupPermissions } from '../../../../services/dashboard/src/view/group-permissions.ts';
import { type Action, permissionsOf } from '../../../../services/dashboard/src/view/permissions.ts';
import { aDescription, aState } from '../a-drive.ts';

const live = { kind: 'live' } as const;
const of = (message: ReturnType<typeof aState>, description = aDescription()): ReturnType<typeof permissionsOf> =>
  permissionsOf({ message, description, freshness: live });
const allowed = (message: ReturnType<typeof aState>): Action[] =>
  (Object.entries(of(message)) as [Action, { allowed: boolean }][])
    .filter(([, each]) => each.allowed)
    .map(([action]) => action)
    .toSorted();

test('stop may be pressed in every state, and when nothing is known', () => {
  for (const state of AxisState.options) expect(of(aState({ state })).stop.allowed).toBe(true);
  const unknown = permissionsOf({ message: null, description: null, freshness: { kind: 'none', why: '' } });
  expect(unknown.stop.allowed).toBe(true);
});

test('nothing but stop is offered on old data', () => {
  const permissions = permissionsOf({
    message: aState(),
    description: aDescription(),
    freshness: { kind: 'old', why: '9 s old' },
  });
  expect(
    Object.entries(permissions)
      .filter(([, each]) => each.allowed)
      .map(([action]) => action),
  ).toEqual(['stop']);
});

test.each([
  ['a disabled axis', aState({ state: 'disabled', enabled: false }), ['enable', 'stop']],
  ['a ready axis', aState(), ['disable', 'home', 'move', 'stop']],
  ['a moving axis', aState({ state: 'discreteMotion', moving: true }), ['halt', 'move', 'stop']],
  ['a homing axis', aState({ state: 'homing', moving: true }), ['halt', 'stop']],
  ['a latched axis at rest', aState({ state: 'stopping', stopLatched: true }), ['disable', 'release', 'stop']],
  [
    'a latched axis that still moves',
    aState({ state: 'stopping', stopLatched: true, moving: true }),
    ['disable', 'stop'],
  ],
  ['an axis at fault', aState({ state: 'errorStop', enabled: false }), ['reset', 'stop']],
])('%s offers only what makes sense', (_, message, actions) => {
  expect(allowed(message)).toEqual(actions);
});

test('an axis that must be homed does not move before, one that need not does', () => {
  const { axis } = aDescription();
  const unhomed = aState({ homed: false });
  expect(of(unhomed).move).toEqual({ allowed: false, because: 'Home it first' });
  expect(of(unhomed, aDescription({ axis: { ...axis, homingRequired: false } })).move.allowed).toBe(true);
});

test('a drive that must not be moved says why', () => {
  expect(of(aState(), aDescription({ refused: 'Another drive answers at this unit.' })).move).toEqual({
    allowed: false,
    because: 'Another drive answers at this unit.',
  });
});

test('a group moves only when every member may, and names the one that may not', () => {
  const members = [
    { drive: 'left', permissions: of(aState()) },
    { drive: 'right', permissions: of(aState({ state: 'disabled', enabled: false })) },
  ];

  expect(groupPermissions(members).move).toEqual({ allowed: false, because: 'right: Enable it first' });
  expect(groupPermissions(members).enable.allowed).toBe(true);
  expect(groupPermissions(members).stop.allowed).toBe(true);
});
