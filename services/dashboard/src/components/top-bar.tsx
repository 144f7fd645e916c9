import type { JSX } from 'preact';
import { usePage } from '../page.ts';
import type { Connection } from '../view/freshness.ts';
import { ageText } from '../view/quantity.ts';
import { Shape } from './shape.tsx';
import { StopAll } from './stop-all.tsx';
import { StopReportBanner } from './stop-report-banner.tsx';

export function TopBar(): JSX.Element {
  const { store } = usePage();
  const site = store.site.value;
  return (
    <header class="top-bar">
      <div class="top-bar-inside">
        <div class="site">
          <h1>{site?.site ?? 'kpower-motion'}</h1>
          {site?.simulated === true && <span class="simulation">Simulation: no real machine moves</span>}
        </div>
        <ConnectionPill />
        <StopAll />
      </div>
      <StopReportBanner />
    </header>
  );
}

function ConnectionPill(): JSX.Element {
  const { store } = usePage();
  const connection = store.connection.value;
  const isLive = connection.kind === 'live';
  return (
    <span class={`pill ${isLive ? 'pill-live' : 'pill-lost'}`}>
      <Shape tone={isLive ? 'ready' : 'unknown'} />
      {pillText(connection, store.nowMs.value)}
    </span>
  );
}

function pillText(connection: Connection, nowMs: number): string {
  if (connection.kind === 'live') return 'live';
  if (connection.kind === 'connecting') return 'connecting';
  return `reconnecting, values are ${ageText(Math.max(0, nowMs - connection.sinceMs))} old`;
}
