// How a ZLTECH ZLAC8015D behaves behind its registers: two motors, one control word.
export { twinAxis } from './twin-axis.ts';
