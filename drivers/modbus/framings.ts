import type { Codec } from './codec.ts';
import { createDooyaCodec } from './dooya-codec.ts';
import { createRtuCodec } from './rtu-codec.ts';
import { bareWire, mbapWire, type Wire, type WireListener } from './wire.ts';

/** `rtu` also for RTU frames through a serial server, `mbap` for Modbus TCP, `dooya` for curtain drives of that make. */
export type Framing = 'rtu' | 'mbap' | 'dooya';

interface FramingParts {
  /** A codec of its own for each line: it may remember the request that it made last. */
  readonly codec: Codec;
  readonly wire: (listener: WireListener) => Wire;
}

export const framings: Readonly<Record<Framing, () => FramingParts>> = {
  rtu: () => ({ codec: createRtuCodec(), wire: bareWire }),
  mbap: () => ({ codec: createRtuCodec(), wire: mbapWire }),
  dooya: () => ({ codec: createDooyaCodec(), wire: bareWire }),
};
