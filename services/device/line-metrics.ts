import type { Gauge } from 'prom-client';
import type { UnitCounters } from '../../drivers/modbus/index.ts';
import type { Figures } from '../platform/http/index.ts';
import type { LineHost } from './line-host.ts';

/** Figures are taken when somebody asks for them; nothing is counted twice. */
export function addLineMetrics({ registry, library }: Figures, host: LineHost): void {
  const line = host.config.id;
  const gauge = (name: string, help: string, collect: (gauge: Gauge) => void): void => {
    registry.registerMetric(
      new library.Gauge({
        name,
        help,
        registers: [],
        labelNames: ['line', 'drive'],
        collect() {
          collect(this);
        },
      }),
    );
  };
  const ofLine = (name: string, help: string, read: (stats: ReturnType<typeof host.line.stats>) => number): void =>
    gauge(name, help, (own) => own.set({ line }, read(host.line.stats())));
  const ofUnits = (name: string, help: string, read: (unit: UnitCounters) => number | null): void =>
    gauge(name, help, (own) => {
      const { units } = host.line.stats();
      for (const axis of host.axes.values()) {
        const counters = units.get(axis.kit.drive.unit);
        own.set({ line, drive: axis.id }, (counters && read(counters)) ?? 0);
      }
    });

  ofLine('kmotion_line_online', '1 while the port of the line is open', ({ state }) => (state === 'online' ? 1 : 0));
  ofLine('kmotion_line_utilisation', 'Share of the last second with a transaction under way', (s) => s.utilisation);
  ofLine(
    'kmotion_line_bad_share',
    'Share of bad ones in the last 1000 transactions, were all of 17 bytes',
    (s) => s.badShare,
  );
  ofLine('kmotion_line_quarantines', 'Times the line was left silent after a doubt', (s) => s.quarantines);
  ofUnits('kmotion_unit_requests', 'Requests sent', (unit) => unit.requests);
  ofUnits('kmotion_unit_timeouts', 'Requests without an answer', (unit) => unit.timeouts);
  ofUnits('kmotion_unit_bad_frames', 'Answers that were not believed', (unit) => unit.badFrames);
  ofUnits('kmotion_unit_exceptions', 'Modbus exceptions', (unit) => unit.exceptions);
  ofUnits('kmotion_unit_round_trip_ms', 'Mean round trip of good answers', (unit) => unit.roundTripMs);
  gauge('kmotion_drive_online', '1 while the drive is identified and answers', (own) => {
    for (const axis of host.axes.values())
      own.set({ line, drive: axis.id }, axis.kit.drive.link().state === 'online' ? 1 : 0);
  });
}
