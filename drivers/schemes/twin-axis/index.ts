// Two motors in one unit that share control word and mode (ZLTECH ZLAC8015D): moves and halts are of one motor, enabling,
// stops, disabling and fault resets of both. Knows what the words mean, nothing of Modbus.
export { twinAxis } from './twin-axis.ts';
