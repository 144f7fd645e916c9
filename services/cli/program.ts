import { Command, Option } from 'commander';
import { packageVersion } from '../platform/package/index.ts';
import { toCount, toNumber, toPort, toUnit } from './argument-parsers.ts';
import { addCommissioningCommands } from './commissioning-commands.ts';
import type { BrokerCommandOptions } from './commands/broker.ts';
import type { MoveOptions } from './commands/move.ts';
import type { SimulatorOptions } from './commands/simulator.ts';
import type { ClientOptions } from './site-client.ts';
import { addProgrammingCommands } from './programming-commands.ts';
import { addStoreCommands } from './store-commands.ts';
import { examples, machine, token, url } from './option-words.ts';

// Every command's code is loaded only when it is called, so that each process carries no more than it needs.

const site = 'the site file (YAML)';
export function createProgram(): Command {
  const program = new Command('kmotion')
    .description('Turns compact motor drives on Modbus lines into small network services, and moves them together.')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .showHelpAfterError('(--help shows how)')
    .addHelpText('after', examples('kmotion up config/demo.yaml', 'kmotion move curtain 40', 'kmotion stop'));
  addSiteCommands(program);
  addProcessCommands(program);
  addDriveCommands(program);
  addTakeOver(program);
  addProgrammingCommands(program);
  addCommissioningCommands(program);
  addStoreCommands(program);
  return program;
}

function addSiteCommands(program: Command): void {
  program
    .command('up')
    .summary('start a whole site on this machine')
    .description('Starts every process of a site, restarts what dies, and stops everything in order on Ctrl-C.')
    .argument('[site]', site, 'site.yaml')
    .option(...machine)
    .addHelpText('after', examples('kmotion up config/demo.yaml', 'KMOTION_HTTP_PORT=9000 kmotion up site.yaml'))
    .action(async (file: string, options: { json?: true }) => (await import('./commands/up.ts')).up(file, options));
  program
    .command('check')
    .summary('check a site file or a drive profile')
    .description(
      'Checks a site file or a profile and prints every problem at once, each with its line. Of a profile that is right it ' +
        'prints what it says: verbs, polls as frames with their time on the wire, facts that are only concluded. Exit code 0 only without problems.',
    )
    .argument('<file>', 'a site file or a profile (YAML); which of them, its keys tell')
    .option(...machine)
    .addHelpText('after', examples('kmotion check site.yaml', 'kmotion check profiles/my-drive.yaml'))
    .action(async (file: string, options: { json?: true }) =>
      (await import('./commands/check.ts')).check(file, options),
    );
}

function addProcessCommands(program: Command): void {
  program
    .command('device')
    .summary('serve the drives of one line')
    .description('The one process that owns a line; serves its drives by REST and MQTT.')
    .argument('<site>', site)
    .requiredOption('--line <line>', 'name of the line in the site file')
    .addHelpText('after', examples('KMOTION_MQTT_URL=mqtt://10.0.0.5 kmotion device site.yaml --line lift'))
    .action(async (file: string, { line }: { line: string }) =>
      (await import('./commands/device.ts')).device(file, line),
    );
  program
    .command('orchestrator')
    .summary('serve the site: one URL for all drives, groups, the page')
    .argument('<site>', site)
    .addOption(
      new Option('--as <name>', 'which orchestrator of the site file this is, where that names several').env(
        'KMOTION_ORCHESTRATOR',
      ),
    )
    .addHelpText(
      'after',
      examples(
        'KMOTION_MQTT_URL=mqtt://10.0.0.5 kmotion orchestrator site.yaml',
        'kmotion orchestrator site.yaml --as south',
      ),
    )
    .action(async (file: string, { as }: { as?: string }) =>
      (await import('./commands/orchestrator.ts')).orchestrator(file, as),
    );
  program
    .command('broker')
    .summary('run the embedded MQTT broker alone')
    .addOption(new Option('--host <host>', 'address to listen on').default('127.0.0.1'))
    .addOption(new Option('--port <port>', 'port to listen on, 0 for a free one').default(1883).argParser(toPort))
    .option('--tokens <file>', 'ask for the tokens of this file, made when missing (default: let this machine in)')
    .option('--root <root>', 'root of the topics', 'kmotion')
    .addHelpText('after', examples('kmotion broker --port 1884', 'kmotion broker --tokens data/tokens.json'))
    .action(async (options: BrokerCommandOptions) => (await import('./commands/broker.ts')).broker(options));
  addSimulator(program);
}

function addSimulator(program: Command): void {
  program
    .command('simulator')
    .summary('simulate the drives of a site, or one drive')
    .description('Puts virtual drives on pseudo-terminals or on Modbus TCP, to be read by any Modbus master.')
    .argument('[site]', `${site}; or name one drive with --profile`)
    .option('--profile <profile>', 'simulate one drive of this profile')
    .option('--unit <unit>', 'its Modbus unit id', toUnit)
    .option('--tcp <host:port>', 'serve it on Modbus TCP, port 0 for a free one')
    .option('--pty <path>', 'serve it on a pseudo-terminal, reached by this path')
    .option('--baud <rate>', 'baud rate of the pseudo-terminal', toCount)
    .option('--paced', 'answer no faster than the baud rate allows')
    .addHelpText(
      'after',
      examples(
        'kmotion simulator config/demo.yaml',
        'kmotion simulator --profile kpower-reference --unit 1 --tcp 127.0.0.1:1502',
        'kmotion simulator --profile kpower-reference --unit 1 --pty /tmp/drive --paced',
      ),
    )
    .action(async (file: string | undefined, options: SimulatorOptions) =>
      (await import('./commands/simulator.ts')).simulator(file, options),
    );
}

function addDriveCommands(program: Command): void {
  program
    .command('move')
    .summary('move a drive and wait until it is there')
    .description(
      'Moves a drive to a position, enabling it first where needed. Ctrl-C halts it. Exit code 0 only when it arrived.',
    )
    .argument('<drive>', 'name of the drive')
    .argument('<position>', "target in the axis's unit; put -- before a negative one", toNumber)
    .option('--velocity <velocity>', 'greatest velocity, units per second', toNumber)
    .option('--home', 'home it first when it is not homed')
    .addOption(url())
    .addOption(token())
    .option(...machine)
    .addHelpText(
      'after',
      examples('kmotion move curtain 40', 'kmotion move lift-left 120 --home', 'kmotion move turntable -- -90'),
    )
    .action(async (drive: string, position: number, options: MoveOptions) =>
      (await import('./commands/move.ts')).move(drive, position, options),
    );
  program
    .command('stop')
    .summary('stop one drive, or all')
    .description(
      'Stops one drive or every drive, and proves it by reading back. Exit code 0 only when every stop is confirmed.',
    )
    .argument('[drive]', 'name of the drive; all when left out')
    .addOption(url())
    .addOption(token())
    .option(...machine)
    .addHelpText('after', examples('kmotion stop', 'kmotion stop lift-left'))
    .action(async (drive: string | undefined, options: ClientOptions) =>
      (await import('./commands/stop.ts')).stop(drive, options),
    );
  program
    .command('watch')
    .summary('show every drive, live')
    .addOption(url())
    .addOption(token())
    .option(...machine)
    .addHelpText('after', examples('kmotion watch', 'kmotion watch --json | jq .position'))
    .action(async (options: ClientOptions) => (await import('./commands/watch.ts')).watch(options));
}

function addTakeOver(program: Command): void {
  program
    .command('take-over')
    .summary('let an orchestrator that stands by command')
    .description(
      'The orchestrator at the URL takes every line; the one that had them is refused from then on and stands by. What moves ends as planned, programs are interrupted. Exit code 0 when it has taken at least one line.',
    )
    .addOption(url())
    .addOption(token())
    .option(...machine)
    .addHelpText('after', examples('kmotion take-over --url http://10.0.0.6:8080'))
    .action(async (options: ClientOptions) => (await import('./commands/take-over.ts')).takeOver(options));
}
