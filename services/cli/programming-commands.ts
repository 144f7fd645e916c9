import type { Command } from 'commander';
import type { DryRunOptions, NamedOptions } from './commands/program.ts';
import type { RunWord, StartOptions } from './commands/run.ts';
import { toParameter } from './given-parameters.ts';
import { examples, machine, token, url } from './option-words.ts';
import type { ClientOptions } from './site-client.ts';

const PROGRAM = 'name of the program';
const FILE = 'the program (YAML or JSON)';
const RUN = 'id of the run; the only open one when left out';

/** Programs and their runs, at a running site. */
export function addProgrammingCommands(kmotion: Command): void {
  addPrograms(
    kmotion
      .command('program')
      .summary('list, check, store and try programs')
      .description('Programs of a running site: lists of moves, waits and conditions, checked before they are stored.')
      .addHelpText('after', examples('kmotion program put airing.yaml', 'kmotion program dry-run airing -p open=60')),
  );
  addRuns(
    kmotion
      .command('run')
      .summary('start programs, follow them live, pause and abort them')
      .description('Runs of programs at a running site.')
      .addHelpText('after', examples('kmotion run start airing -p open=60', 'kmotion run pause', 'kmotion run resume')),
  );
}

/** What every command that talks to a site has. */
const ofSite = (command: Command, ...shown: readonly string[]): Command =>
  command
    .addOption(url())
    .addOption(token())
    .option(...machine)
    .addHelpText('after', examples(...shown));

const withParameters = (command: Command): Command =>
  command.option('-p, --parameter <name=value>', 'a parameter; again for each', toParameter);

const withName = (command: Command): Command =>
  command.option('--name <name>', 'name of the program (default: the one in the text, else of the file)');

function addPrograms(program: Command): void {
  ofSite(program.command('list').summary('every program'), 'kmotion program list').action(
    async (options: ClientOptions) => (await import('./commands/program.ts')).listPrograms(options),
  );
  ofSite(
    program.command('show').summary('the text of a program').argument('<program>', PROGRAM),
    'kmotion program show airing > airing.yaml',
  ).action(async (name: string, options: ClientOptions) =>
    (await import('./commands/program.ts')).showProgram(name, options),
  );
  ofSite(
    withName(
      program
        .command('validate')
        .summary('check a program against the site, and store nothing')
        .description('Prints every problem at once, each with its line. Exit code 0 only without problems.')
        .argument('<file>', FILE),
    ),
    'kmotion program validate airing.yaml',
  ).action(async (file: string, options: NamedOptions) =>
    (await import('./commands/program.ts')).validateProgram(file, options),
  );
  ofSite(
    withName(program.command('put').summary('check a program and store it as a new version').argument('<file>', FILE)),
    'kmotion program put airing.yaml',
    'kmotion program put draft.yaml --name airing',
  ).action(async (file: string, options: NamedOptions) =>
    (await import('./commands/program.ts')).putProgram(file, options),
  );
  ofSite(
    program.command('remove').summary('take a program away; its runs stay').argument('<program>', PROGRAM),
    'kmotion program remove airing',
  ).action(async (name: string, options: ClientOptions) =>
    (await import('./commands/program.ts')).removeProgram(name, options),
  );
  ofSite(
    withParameters(
      program
        .command('dry-run')
        .summary('work out what a program would do, without moving anything')
        .description('Exit code 0 only when it would come to its end.')
        .argument('<program>', PROGRAM),
    ),
    'kmotion program dry-run airing -p open=60',
  ).action(async (name: string, options: DryRunOptions) =>
    (await import('./commands/program.ts')).dryRun(name, options),
  );
}

function addRuns(run: Command): void {
  ofSite(
    withParameters(
      run
        .command('start')
        .summary('run a program and follow it to its end')
        .description('Each step is a line as it begins. Ctrl-C aborts the run. Exit code 0 only when it is done.')
        .argument('<program>', PROGRAM)
        .option('--stepping', 'pause after each step')
        .option('--detach', 'print the id of the run and go'),
    ),
    'kmotion run start airing -p open=60',
    'kmotion run start airing --detach',
  ).action(async (program: string, options: StartOptions) =>
    (await import('./commands/run.ts')).startRun(program, options),
  );
  ofSite(
    run.command('list').summary('the newest runs').argument('[program]', 'only of this program'),
    'kmotion run list',
  ).action(async (program: string | undefined, options: ClientOptions) =>
    (await import('./commands/run.ts')).listRuns(program, options),
  );
  ofSite(
    run
      .command('watch')
      .summary('follow a run, live')
      .description('To its end, or until it waits for a person. Ctrl-C leaves it running. Exit code 0 only when done.')
      .argument('[run]', RUN),
    'kmotion run watch',
  ).action(async (id: string | undefined, options: ClientOptions) =>
    (await import('./commands/run.ts')).watchRun(id, options),
  );
  for (const [word, summary] of RUN_WORDS) {
    ofSite(run.command(word).summary(summary).argument('[run]', RUN), `kmotion run ${word}`).action(
      async (id: string | undefined, options: ClientOptions) =>
        (await import('./commands/run.ts')).commandRun(word, id, options),
    );
  }
}

const RUN_WORDS: readonly (readonly [RunWord, string])[] = [
  ['pause', 'halt what it moves; it can go on'],
  ['resume', 'go on, also after an interruption: the step it stood at is begun again'],
  ['step', 'go on for one step'],
  ['abort', 'halt what it moves and end it'],
];
