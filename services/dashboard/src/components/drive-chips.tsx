import type { JSX } from 'preact';
import type { DriveStateMessage } from '../../../contracts/index.ts';

/** Small facts beside the state. What is not known is not shown as a no. */
export function DriveChips({ message }: { readonly message: DriveStateMessage | null }): JSX.Element | null {
  if (message === null) return null;
  const health = healthText(message);
  return (
    <ul class="chips" aria-label="Facts">
      <Fact value={message.enabled} yes="enabled" no="not enabled" />
      <Fact value={message.homed} yes="homed" no="not homed" />
      {message.stopLatched && <li class="chip chip-caution">latched</li>}
      {message.link === 'degraded' && <li class="chip chip-caution">poor line</li>}
      {message.limits.negative === true && <li class="chip chip-caution">at lower switch</li>}
      {message.limits.positive === true && <li class="chip chip-caution">at upper switch</li>}
      {health !== '' && <li class="chip">{health}</li>}
      {message.warnings.map((warning) => (
        <li key={warning} class="chip chip-caution">
          {warning}
        </li>
      ))}
    </ul>
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
