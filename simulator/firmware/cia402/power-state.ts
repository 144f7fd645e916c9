/** CiA 402 power states (IEC 61800-7-201); `booting` is the time before the drive answers at all. */
export type PowerState =
  | 'booting'
  | 'switchOnDisabled'
  | 'readyToSwitchOn'
  | 'switchedOn'
  | 'operationEnabled'
  | 'quickStopActive'
  | 'faultReactionActive'
  | 'fault';

/** What a controlword asks for. */
type PowerCommand = 'shutdown' | 'switchOn' | 'enableOperation' | 'disableVoltage' | 'quickStop' | 'none';

/** Bits 0 to 3 and 7 of the controlword; bit 2 is active low. */
function commandOf(controlword: number): PowerCommand {
  if ((controlword & 0x80) !== 0) return 'none';
  if ((controlword & 0x02) === 0) return 'disableVoltage';
  if ((controlword & 0x04) === 0) return 'quickStop';
  if ((controlword & 0x01) === 0) return 'shutdown';
  return (controlword & 0x08) === 0 ? 'switchOn' : 'enableOperation';
}

type Row = Partial<Record<PowerCommand, PowerState>>;

/** Transitions 2 to 12 and 16 of the state machine; what is not listed does nothing. Faults come and go elsewhere. */
const transitions: Record<PowerState, Row> = {
  booting: {},
  switchOnDisabled: { shutdown: 'readyToSwitchOn' },
  readyToSwitchOn: {
    switchOn: 'switchedOn',
    enableOperation: 'switchedOn',
    disableVoltage: 'switchOnDisabled',
    quickStop: 'switchOnDisabled',
  },
  switchedOn: {
    enableOperation: 'operationEnabled',
    shutdown: 'readyToSwitchOn',
    disableVoltage: 'switchOnDisabled',
    quickStop: 'switchOnDisabled',
  },
  operationEnabled: {
    switchOn: 'switchedOn',
    shutdown: 'readyToSwitchOn',
    disableVoltage: 'switchOnDisabled',
    quickStop: 'quickStopActive',
  },
  quickStopActive: { enableOperation: 'operationEnabled', disableVoltage: 'switchOnDisabled' },
  faultReactionActive: {},
  fault: {},
};

/** Where the controlword leads from `state`; `state` itself when it leads nowhere. */
export function nextPower(state: PowerState, controlword: number): PowerState {
  return transitions[state][commandOf(controlword)] ?? state;
}

/** Bits 0 to 3, 5 and 6 of the statusword. */
export const statePattern: Record<PowerState, number> = {
  booting: 0x00,
  switchOnDisabled: 0x40,
  readyToSwitchOn: 0x21,
  switchedOn: 0x23,
  operationEnabled: 0x27,
  quickStopActive: 0x07,
  faultReactionActive: 0x0f,
  fault: 0x08,
};
