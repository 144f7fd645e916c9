// Bus servos that go to the goal in their register as soon as it is written (Feetech SM-MB). Knows what their words
// mean, nothing of Modbus.
export { goalPosition } from './goal-position.ts';
