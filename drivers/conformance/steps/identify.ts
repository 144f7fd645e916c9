import { signalEntries } from '../../profile/index.ts';
import { passed } from '../report.ts';
import type { Step } from './step.ts';

export const identify: Step = {
  id: 'identify',
  title: 'Who answers',
  async run(rig) {
    await rig.connect(rig.options.signal);
    const identity = rig.drive().identity();
    const match = signalEntries(rig.options.profile.identity.match);
    const proof = match.map(([signal, values]) => `${signal} is ${values.join(' or ')}`).join(', ');
    return passed(
      proof === '' ? 'it answers; nothing in its registers proves the model' : `proved: ${proof}`,
      Object.fromEntries(Object.entries(identity ?? {}).filter(([, value]) => value !== null)),
    );
  },
};
