// A way for bytes: serial device or pseudo-terminal, TCP socket, or a cable in memory. It opens, carries, notices the
// loss within 300 ms, says in one sentence why a port cannot be had, and lists the ports there are and who has them. It
// refuses to know Modbus: frames, time-outs and reconnecting belong to its owner.
export type { BytePort, BytePortListener, OpenPort, SerialSettings } from './byte-port.ts';
export { openSerial } from './serial-port.ts';
export { listPorts, type ListedPort } from './list-ports.ts';
export { portHolders, type PortHolder } from './port-holder.ts';
export { openTcp } from './tcp-port.ts';
export { memoryPortPair, type MemoryPortPair } from './memory-port.ts';
