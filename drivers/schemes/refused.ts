import type { Plan } from './scheme.ts';

type Refusal = Extract<Plan, { ok: false }>;

export function refused(reason: Refusal['reason'], detail: string): Refusal {
  return { ok: false, reason, detail };
}
