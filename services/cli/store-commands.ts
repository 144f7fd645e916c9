import type { Command } from 'commander';
import { examples, machine } from './option-words.ts';

const site = 'the site file (YAML)';

interface Machine {
  readonly json?: true;
}

/** What a site remembers: backed up, restored, audited, by whoever may read its data folder. */
export function addStoreCommands(program: Command): void {
  program
    .command('backup')
    .summary("back up a site's store as one file")
    .description('Writes programs, runs, event log and history as they are at one instant; the site may run meanwhile.')
    .argument('<site>', site)
    .argument('<file>', 'a new file')
    .option(...machine)
    .addHelpText('after', examples('kmotion backup site.yaml monday.db'))
    .action(async (siteFile: string, file: string, options: Machine) =>
      (await import('./commands/store.ts')).backup(siteFile, file, options),
    );
  program
    .command('restore')
    .summary("put a backup in the place of a site's store")
    .description(
      'Checks the backup, then puts it in place; what was there is kept beside it. The site must be stopped.',
    )
    .argument('<site>', site)
    .argument('<file>', 'a file that kmotion backup made, of this version or an older one')
    .option(...machine)
    .addHelpText('after', examples('kmotion restore site.yaml monday.db'))
    .action(async (siteFile: string, file: string, options: Machine) =>
      (await import('./commands/store.ts')).restore(siteFile, file, options),
    );
  program
    .command('audit')
    .summary('check that the event log is as it was written')
    .description('Follows the chain of hashes from the oldest line kept. Exit code 0 only when every line holds.')
    .argument('<site>', site)
    .option(...machine)
    .addHelpText('after', examples('kmotion audit site.yaml'))
    .action(async (siteFile: string, options: Machine) =>
      (await import('./commands/store.ts')).audit(siteFile, options),
    );
}
