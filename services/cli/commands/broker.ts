import { startBroker } from '../../broker/process.ts';
import { runProcess } from '../../platform/process/index.ts';

/** Credentials come by the environment only: a command line is visible to every user of the machine. */
export function broker(address: { readonly host: string; readonly port: number }): void {
  runProcess('broker', async ({ logger }) => {
    const started = await startBroker({ ...address, logger, credentials: credentialsOf(process.env) });
    logger.info({ url: started.url }, 'listening');
    return { close: () => started.close(), facts: { url: started.url } };
  });
}

function credentialsOf({ KMOTION_MQTT_USERNAME: username, KMOTION_MQTT_PASSWORD: password }: NodeJS.ProcessEnv): {
  readonly username: string;
  readonly password: string;
} | null {
  return username === undefined || password === undefined ? null : { username, password };
}
