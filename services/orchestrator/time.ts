import type { BusOptions } from '../platform/bus/index.ts';
import type { StartContext } from '../platform/process/index.ts';

/** Time and chance are injected; this room knows them only as its platform gives them. */
export type Clock = StartContext['clock'];
export type Random = BusOptions['random'];
