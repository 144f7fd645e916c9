import type { NativeFrames } from '../firmware.ts';

// The maker's own frames, of which a drive fresh from the factory knows no other: head FA (answers FB), address, command,
// data, and the sum of all these bytes. Only the one that switches Modbus on is understood here: 8E with 1.
const DOWN = 0xfa;
const UP = 0xfb;
const SET_MODBUS = 0x8e;
const LENGTH = 5;

export function nativeFrames(drive: {
  readonly unit: () => number;
  readonly isModbusOn: () => boolean;
  readonly switchOn: () => void;
}): NativeFrames {
  return {
    length(bytes) {
      const [head, unit = drive.unit(), command = SET_MODBUS] = bytes;
      if (head !== DOWN || unit !== drive.unit() || command !== SET_MODBUS) return null;
      return bytes.length < LENGTH ? 'more' : LENGTH;
    },
    take(frame) {
      const isSound = sumOf(frame.subarray(0, LENGTH - 1)) === frame[LENGTH - 1];
      if (drive.isModbusOn() || !isSound || frame[3] !== 1) return null;
      drive.switchOn();
      const answer = [UP, drive.unit(), SET_MODBUS, 1];
      return Uint8Array.from([...answer, sumOf(answer)]);
    },
  };
}

const sumOf = (bytes: Iterable<number>): number => [...bytes].reduce((sum, byte) => sum + byte, 0) & 0xff;
