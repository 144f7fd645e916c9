import type { JSX } from 'preact';
import type { DriveDescription, DriveStateMessage } from '../../../contracts/index.ts';
import { isOutside } from '../view/place.ts';

interface Props {
  readonly message: DriveStateMessage | null;
  readonly axis: DriveDescription['axis'] | undefined;
}

/** Small facts beside the state. What is not known is not shown as a no. */
export function DriveChips({ message, axis }: Props): JSX.Element | null {
  if (message === null) return null;
  const health = healthText(message);
  return (
    <ul class="chips" aria-label="Facts">
      <Fact value={message.enabled} yes="enabled" no="not enabled" />
      <Fact value={message.homed} yes="homed" no="not homed" />
      <Cautions message={message} axis={axis} />
      {health !== '' && <li class="chip">{health}</li>}
    </ul>
  );
}

function Cautions({
  message,
  axis,
}: {
  readonly message: DriveStateMessage;
  readonly axis: Props['axis'];
}): JSX.Element {
  const cautions = [
    message.stopLatched && 'latched',
    message.link === 'degraded' && 'poor line',
    message.limits.negative === true && 'at lower switch',
    message.limits.positive === true && 'at upper switch',
    isOutside(axis?.range, message.position) && 'outside its range',
    ...message.warnings,
  ];
  return (
    <>
      {cautions.map(
        (caution) =>
          caution !== false && (
            <li key={caution} class="chip chip-caution">
              {caution}
            </li>
          ),
      )}
    </>
  );
}

function healthText({ temperature, supplyVoltage }: DriveStateMessage): string {
  const parts = [
    temperature === null ? null : `${Math.round(temperature)} °C`,
    supplyVoltage === null ? null : `${supplyVoltage.toFixed(1)} V`,
  ];
  return parts.filter((part) => part !== null).join(' · ');
}

interface FactProps {
  readonly value: boolean | null;
  readonly yes: string;
  readonly no: string;
}

function Fact({ value, yes, no }: FactProps): JSX.Element | null {
  if (value === null) return null;
  return <li class={value ? 'chip chip-yes' : 'chip'}>{value ? yes : no}</li>;
}
