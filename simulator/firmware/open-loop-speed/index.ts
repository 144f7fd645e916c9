// How a DFRobot DFR1277 behaves behind its registers: a duty of the PWM, and no idea of what the shaft does with it.
export { openLoopSpeed } from './gear-motor.ts';
