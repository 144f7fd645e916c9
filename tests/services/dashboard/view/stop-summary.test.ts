import { expect, test } from 'vitest';
import { serverUnreachable } from '../../../../services/dashboard/src/api/page-problem.ts';
import { stopSummary } from '../../../../services/dashboard/src/view/stop-summary.ts';

const report = { allConfirmed: true, confirmed: ['a', 'b'], unconfirmed: [], unreachable: [], durationMs: 12.3 };

test('a stop is calm news only when every axis was proved at rest', () => {
  expect(stopSummary({ ok: true, value: report }).tone).toBe('calm');
  for (const doubt of [{ unconfirmed: ['c'] }, { unreachable: ['c'] }]) {
    const summary = stopSummary({ ok: true, value: { ...report, allConfirmed: false, ...doubt } });
    expect(summary.tone).toBe('loud');
    expect(summary.lines.join()).toContain('c');
  }
});

test('a report that contradicts itself is read the careful way', () => {
  expect(stopSummary({ ok: true, value: { ...report, unreachable: ['c'] } }).tone).toBe('loud');
});

test('a stop without an answer says that every axis may move', () => {
  const summary = stopSummary({ ok: false, problem: serverUnreachable });
  expect(summary.tone).toBe('loud');
  expect(summary.title).toContain('every axis as moving');
});
