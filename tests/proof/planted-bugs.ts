import type { Change } from '../support/bundle.ts';

/** A mistake that others have made, put into the sources while they are loaded. */
export interface PlantedBug extends Change {
  readonly name: string;
}

/** Each must turn the proof red: a proof that stays green on them proves nothing (faults reference, 4.0). */
export const plantedBugs: readonly PlantedBug[] = [
  {
    name: 'flush-only client: late answers are taken for the next',
    file: 'drivers/modbus/line-engine.ts',
    find: 'if (this.#wire.needsQuarantine) this.#quarantine.begin(latenessMs);',
    replace: 'void latenessMs;',
  },
  {
    name: 'blind re-send of a trigger whose answer was lost',
    file: 'drivers/drive/trigger.ts',
    find: 'await resolve(parts, { step, before, lost: error });',
    replace: "await port.write(frames[0], { lane: 'trigger', stillWanted, notAfterMs, executedIfLost: 'unknown' });",
  },
  {
    name: 'no dedupe of command ids',
    file: 'services/device/known-commands.ts',
    find: "if (found === 'new') return null;",
    replace: 'return null;',
  },
  {
    name: 'what was refused is taken when it comes again',
    file: 'services/device/known-commands.ts',
    find: 'if (refused !== null) throw refused;',
    replace: 'void refused;',
  },
  {
    name: 'retained commands honoured',
    file: 'services/device/mqtt-commands.ts',
    find: "if (message.retained && name !== 'stop') throw retainedRefusal(name, axis);",
    replace: '',
  },
  {
    name: 'time to live not checked at the port',
    file: 'drivers/modbus/refusal.ts',
    find: 'if (notAfterMs !== undefined && nowMs > notAfterMs) {',
    replace: 'if (notAfterMs !== undefined && nowMs > Infinity) {',
  },
  {
    name: 'deadlines on the wall clock',
    file: 'services/device/line-host.ts',
    find: 'export function createLineHost(options: LineHostOptions): LineHost {',
    replace:
      'export function createLineHost(given: LineHostOptions): LineHost { const options = { ...given, clock: { ...given.clock, nowMs: () => given.clock.unixMs() } };',
  },
  {
    name: 'a motion is resumed when the link comes back',
    file: 'services/device/axis-observer.ts',
    find: 'runner.resolve(sample);',
    replace:
      'const was = memory.active; if (was !== null) return runner.start({ ...was, stillWanted: () => true, notAfterMs: Infinity }); runner.resolve(sample);',
  },
  {
    name: 'an echo is taken for the acknowledge',
    file: 'drivers/modbus/receiver.ts',
    find: "if (this.#echo !== 'unproven') return 'nothing';",
    replace:
      "if (this.#echo === 'on' && expected.request[1] === 6) { this.#from = start; return 'good'; } if (this.#echo !== 'unproven') return 'nothing';",
  },
  {
    name: 'a 32-bit position read in two halves',
    file: 'drivers/drive/register-port.ts',
    find: 'return line.read({ unit, table, address, count }, options);',
    replace:
      'return address > 2 || address + count <= 3 ? line.read({ unit, table, address, count }, options) : line.read({ unit, table, address, count: 3 - address }, options).then(async (first) => [...first, ...(await line.read({ unit, table, address: 3, count: address + count - 3 }, options))]);',
  },
  {
    name: 'stop waits behind the queue',
    file: 'drivers/drive/stopper.ts',
    find: "await port.write(frame, { lane: 'stop', executedIfLost: 'no' });",
    replace: "await port.write(frame, { lane: 'slow', executedIfLost: 'no' });",
  },
  {
    name: 'no fencing: any token is good',
    file: 'services/device/domain/lease-book.ts',
    find: "if (held?.token === token) return 'granted';",
    replace: "return 'granted';",
  },
  {
    name: 'a relative move is sent as relative',
    file: 'drivers/schemes/cia402/words.ts',
    find: 'newSetpoint: 0x003f,',
    replace: 'newSetpoint: 0x007f,',
  },
  {
    name: 'a set-point that is only to be prepared is started',
    file: 'drivers/drive/part.ts',
    find: "return part === 'prepare' ? before :",
    replace: "return part === 'prepare' ? steps :",
  },
  {
    name: 'a group is started although a member could not be armed',
    file: 'services/orchestrator/group-prepare.ts',
    find: 'if (refusals.length === 0 && !run.signal.aborted) return null;',
    replace: 'if (refusals.length < answers.length && !run.signal.aborted) return null;',
  },
  {
    name: 'a drive that is told to disarm stays armed',
    file: 'services/device/state-work.ts',
    find: "memory.armed = null;\n      const rest = halting === null ? null : await halting.perform(hands);\n      await hands.execute({ kind: 'disarm' });",
    replace: 'const rest = halting === null ? null : await halting.perform(hands);',
  },
  {
    name: 'of two motors in one unit the neighbour is started',
    file: 'drivers/schemes/twin-axis/motion.ts',
    find: "return [{ do: 'trigger', values: { controlword: word }, proof, isPulse: true }];",
    replace:
      "return [{ do: 'trigger', values: { controlword: word === 0x11 ? 0x12 : 0x11 }, proof: [], isPulse: true }];",
  },
  {
    name: 'of two motors in one unit the target goes into the register of the neighbour',
    file: 'drivers/profile/channel.ts',
    find: 'registers: { ...profile.registers, ...own.registers },',
    replace:
      "registers: { ...profile.registers, ...own.registers, ...(own.registers.targetPosition === undefined ? {} : { targetPosition: { ...own.registers.targetPosition, address: channel === 'left' ? 0x208c : 0x208a } }) },",
  },
  {
    name: 'two motors are enabled while one of them slows down',
    file: 'drivers/schemes/twin-axis/power.ts',
    find: '...bothRest,\n      ...seeded({ targetVelocity: 0,',
    replace: '...seeded({ targetVelocity: 0,',
  },
];
