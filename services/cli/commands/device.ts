import { systemRandom } from '../../../drivers/base/index.ts';
import { startDeviceProcess } from '../../device/process.ts';
import { runProcess } from '../../platform/process/index.ts';
import { brokerUrlOf } from '../broker-url.ts';
import { CommandFailure } from '../failure.ts';
import { readSite } from '../read-site.ts';

export async function device(file: string, line: string): Promise<void> {
  const site = await readSite(file);
  if (!site.lines.has(line)) {
    throw new CommandFailure(`${file} has no line "${line}"; expected one of ${[...site.lines.keys()].join(', ')}`);
  }
  runProcess(`device ${line}`, async ({ logger, clock }) => {
    const brokerUrl = brokerUrlOf(site);
    const started = await startDeviceProcess({ site, line, brokerUrl, clock, random: systemRandom, logger });
    return { close: () => started.close(), facts: { url: started.url } };
  });
}
