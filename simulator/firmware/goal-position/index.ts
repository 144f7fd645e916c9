import type { Personality } from '../behaviour.ts';
import { BusServo } from './bus-servo.ts';

/** How a Feetech SM-MB servo behaves behind its registers. */
export const goalPosition: Personality = (machine) => new BusServo(machine);
