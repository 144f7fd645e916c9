import type { JSX } from 'preact';
import { usePage } from '../page.ts';
import { Announcer } from './announcer.tsx';
import { ConnectionLine } from './connection-line.tsx';
import { DriveCard } from './drive-card.tsx';
import { GroupCard } from './group-card.tsx';
import { Notices } from './notices.tsx';
import { ProgramCard } from './program-card.tsx';
import { StandbyLine } from './standby-line.tsx';
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
        <ConnectionLine />
        <StandbyLine />
        <TryIt />
        {drives.length === 0 && <p class="quiet empty">No drives are known yet.</p>}
        <div class="cards">
          {groups.map((group) => (
            <GroupCard key={group.id} group={group} />
          ))}
          {drives.map((id) => (
            <DriveCard key={id} id={id} />
          ))}
          {store.programs.value.map((program) => (
            <ProgramCard key={program.program} program={program} />
          ))}
        </div>
      </main>
      <Notices />
      <Announcer />
    </>
  );
}
