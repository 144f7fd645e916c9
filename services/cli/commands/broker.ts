import { startBroker } from '../../broker/process.ts';
import { openTokenFile, type Access } from '../../platform/doors/index.ts';
import { runProcess } from '../../platform/process/index.ts';

export interface BrokerCommandOptions {
  readonly host: string;
  readonly port: number;
  /** The site's token file, made on first need; without it everybody on this machine is let in. */
  readonly tokens?: string;
  readonly root: string;
}

/** Tokens come as a file only: a command line is visible to every user of the machine. */
export function broker({ tokens, ...options }: BrokerCommandOptions): void {
  runProcess('broker', async ({ logger }) => {
    const access: Access = tokens === undefined ? { kind: 'open' } : await openTokenFile(tokens);
    const started = await startBroker({ ...options, access, logger });
    logger.info({ url: started.url }, 'listening');
    return { close: () => started.close(), facts: { url: started.url } };
  });
}
