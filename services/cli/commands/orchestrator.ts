import type { Site } from '../../../config/index.ts';
import { systemRandom } from '../../../drivers/base/index.ts';
import { startOrchestrator } from '../../orchestrator/process.ts';
import { runProcess } from '../../platform/process/index.ts';
import { brokerUrlOf } from '../broker-url.ts';
import { programCommissioning } from '../program-commissioning.ts';
import { CommandFailure } from '../failure.ts';
import { readSite } from '../read-site.ts';

export async function orchestrator(file: string, name: string | undefined): Promise<void> {
  const site = await readSite(file);
  const self = selfOf(site, name);
  const simulatorUrl = process.env['KMOTION_SIMULATOR_URL'] ?? null;
  runProcess('orchestrator', async ({ logger, clock }) => {
    const brokerUrl = brokerUrlOf(site);
    const program = { executable: process.execPath, leading: [...process.execArgv, process.argv[1] ?? ''] };
    const commissioning = programCommissioning(program, site.file);
    const own = { clock, random: systemRandom, logger };
    const started = await startOrchestrator({ site, self, brokerUrl, simulatorUrl, commissioning, ...own });
    return { close: () => started.close(), facts: { url: started.url, pageUrl: started.pageUrl } };
  });
}

/** Which of the site's orchestrators this is; null where the site names none. */
function selfOf(
  { orchestrators }: Site,
  name: string | undefined,
): { readonly name: string; readonly url: string } | null {
  const known = [...orchestrators.keys()].join(' or ');
  if (name === undefined && orchestrators.size === 0) return null;
  if (name === undefined)
    throw new CommandFailure(`this site has several orchestrators: say which this is, --as ${known}`);
  const url = orchestrators.get(name);
  if (url !== undefined) return { name, url };
  throw new CommandFailure(
    `the site file names no orchestrator ${name}; expected ${known || 'none, so leave out --as'}`,
  );
}
