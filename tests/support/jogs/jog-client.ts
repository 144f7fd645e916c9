import { jogByRest, type JogPlan } from './jogging.ts';

// A client as a process of its own, to be killed: jogs the drives of its one argument and tells its parent every renewal.
const plans = JSON.parse(process.argv[2] ?? '[]') as readonly JogPlan[];
process.once('disconnect', () => process.exit(0));
await Promise.all(
  plans.map((plan) =>
    jogByRest(
      plan,
      () => true,
      (renewal) => process.send?.(renewal),
    ),
  ),
);
