import { runProcess } from '../../../../services/platform/process/run-process.ts';
import { StartError } from '../../../../services/platform/process/start-error.ts';

// What run-process.test.ts starts; the first argument says how it behaves.
const how = process.argv[2] ?? '';
const say = (word: string): void => void process.stdout.write(`${word}\n`);

runProcess('subject', async ({ clock, signal }) => {
  if (how === 'refuse') throw new StartError('port 8080 of 127.0.0.1 is taken: choose another');
  if (how === 'slow') await clock.sleep(60_000, signal);
  if (how === 'throw')
    clock.after(1, () => {
      throw new Error('unforeseen');
    });
  if (how === 'reject') void Promise.reject(new Error('unforeseen'));
  // Something that keeps the process alive, as a server does.
  const cancel = clock.after(600_000, () => undefined);
  clock.after(0, () => say('ready'));
  return {
    facts: { url: 'http://127.0.0.1:1' },
    async close() {
      cancel();
      say('closed');
      if (how === 'stuck') await new Promise(() => undefined);
    },
  };
});
