import type { SiteReport } from './site-report.ts';

/** One JSON object a line. */
export function machineReport(write: (line: string) => void): SiteReport {
  const tell = (entry: Readonly<Record<string, unknown>>): void => write(`${JSON.stringify(entry)}\n`);
  return {
    begins: (notices) => tell({ event: 'begins', notices }),
    part(event) {
      const part = event.part.name;
      if (event.kind === 'ready') tell({ event: 'part-ready', part, again: event.again, ...event.facts });
      else if (event.kind === 'died') tell({ event: 'part-died', part, how: event.how, restartMs: event.restartMs });
      else tell({ event: 'part-failed', part, how: event.how });
    },
    readiness: ({ ready, reasons }, { url, brokerUrl, afterMs }) =>
      tell({ event: ready ? 'ready' : 'waiting', reasons, url, brokerUrl, afterMs: Math.round(afterMs) }),
    stopping: () => tell({ event: 'stopping' }),
    stopped: () => tell({ event: 'stopped' }),
  };
}
