import { z } from 'zod';
import { families } from './families.ts';

/**
 * The vocabulary between profile and scheme: what a register means. A scheme asks for signals by these names and never
 * sees an address. Canonical units after scaling: position counts; velocity counts/s; acceleration counts/s^2;
 * torque % of rated; temperature degC; voltage V; times ms; words and counters as they are. Here stand the signals that
 * several families know; each family adds its own.
 */
export const SignalName = z.enum([
  // what the drive reports
  'statusword',
  'actualPosition',
  'actualVelocity',
  'followingError',
  'errorCode',
  'digitalInputs',
  'actualTorque',
  'temperature',
  'supplyVoltage',
  // what tells it apart
  'bootCounter',
  'vendorId',
  'productCode',
  'firmwareVersion',
  'serialNumber',
  // what commands it
  'controlword',
  'modeOfOperation',
  'targetPosition',
  'profileVelocity',
  'profileAcceleration',
  'profileDeceleration',
  'targetVelocity',
  // what configures it
  'quickStopDeceleration',
  'watchdogTimeout',
  'homingMethod',
  'homingSpeedFast',
  'homingSpeedSlow',
  'homingAcceleration',
  'homeOffset',
  // what commissioning changes
  'unitAddress',
  'baudRateCode',
  'saveCommand',
  ...families.cia402.signals,
  ...families['command-block'].signals,
  ...families['twin-axis'].signals,
  ...families['position-table'].signals,
  ...families['direct-data'].signals,
  ...families['goal-position'].signals,
  ...families['open-loop-speed'].signals,
  ...families.cover.signals,
]);
export type SignalName = z.infer<typeof SignalName>;

/** Canonical values by signal; a signal that was not read is absent, never 0. */
export type Signals = Readonly<Partial<Record<SignalName, number>>>;
