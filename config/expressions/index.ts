// The small language in which programs and interlocks say conditions and quantities: readings of drives, parameters,
// comparisons, arithmetic. A text is parsed and checked once, names, kinds and units, and then only evaluated over values
// that are handed in; nothing in it can run code, loop or reach anything. What is not known makes its result unknown.
export { compileExpression, isCertainlyTrue, valueOf, type Expression } from './expression.ts';
export { exactly, type Interval, type Readings, type Value } from './evaluate.ts';
export { BOOLEAN, kindText, numberIn, PLAIN, UNITS, type AxisUnitName, type Kind } from './kind.ts';
export type { Scope } from './check.ts';
