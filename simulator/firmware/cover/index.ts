// How a Dooya curtain drive behaves behind its data and commands: one speed of its own, whole percents, a stroke that it
// knows only after it has been at an end, refusals by FF.
export { curtainMotor as cover } from './curtain-motor.ts';
