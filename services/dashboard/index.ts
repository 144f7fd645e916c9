// The page: every drive and group of a site, live, with their commands and one stop for all. A browser program, built into
// dist/dashboard and served by the orchestrator. It refuses to know motion: it shows what it is told, says when that is old,
// and asks; the server decides. src/view decides what to show (pure), src/store keeps what is known, src/api talks.
import { showPage } from './src/show-page.tsx';

showPage('page');
