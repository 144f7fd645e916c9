import type { Personality } from '../behaviour.ts';
import { Stepper } from './stepper.ts';

/** How a Makerbase MKS SERVO42D and 57D drive behaves behind its registers. */
export const commandBlock: Personality = (machine) => new Stepper(machine);
