import type { JSX } from 'preact';
import { usePage } from '../page.ts';
import { Announcer } from './announcer.tsx';
import { ConnectionLine } from './connection-line.tsx';
import { DriveCard } from './drive-card.tsx';
import { GroupCard } from './group-card.tsx';
import { Notices } from './notices.tsx';
import { StopReportBanner } from './stop-report-banner.tsx';
import { TopBar } from './top-bar.tsx';
import { TryIt } from './try-it.tsx';

export function App(): JSX.Element {
  const { store } = usePage();
  const groups = store.groups.value;
  const drives = store.driveIds.value;
  return (
    <>
      <TopBar />
      <main>
        <StopReportBanner />
        <ConnectionLine />
        <TryIt />
        {groups.length > 0 && (
          <section aria-labelledby="groups-title">
            <h2 id="groups-title">Groups</h2>
            <div class="cards cards-wide">
              {groups.map((group) => (
                <GroupCard key={group.id} group={group} />
              ))}
            </div>
          </section>
        )}
        <section aria-labelledby="drives-title">
          <h2 id="drives-title">Drives</h2>
          {drives.length === 0 && <p class="quiet">No drives are known yet.</p>}
          <div class="cards">
            {drives.map((id) => (
              <DriveCard key={id} id={id} />
            ))}
          </div>
        </section>
      </main>
      <Notices />
      <Announcer />
    </>
  );
}
