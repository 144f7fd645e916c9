import { systemRandom } from '../../../drivers/base/index.ts';
import { startOrchestrator } from '../../orchestrator/process.ts';
import { runProcess } from '../../platform/process/index.ts';
import { brokerUrlOf } from '../broker-url.ts';
import { programCommissioning } from '../program-commissioning.ts';
import { readSite } from '../read-site.ts';

export async function orchestrator(file: string): Promise<void> {
  const site = await readSite(file);
  const simulatorUrl = process.env['KMOTION_SIMULATOR_URL'] ?? null;
  runProcess('orchestrator', async ({ logger, clock }) => {
    const brokerUrl = brokerUrlOf(site);
    const program = { executable: process.execPath, leading: [...process.execArgv, process.argv[1] ?? ''] };
    const commissioning = programCommissioning(program, site.file);
    const own = { clock, random: systemRandom, logger };
    const started = await startOrchestrator({ site, brokerUrl, simulatorUrl, commissioning, ...own });
    return { close: () => started.close(), facts: { url: started.url, pageUrl: started.pageUrl } };
  });
}
