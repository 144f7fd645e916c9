import type { Command } from 'commander';
import { toCount, toNumber, toUnit } from './argument-parsers.ts';
import type { ChangeCommandOptions } from './commands/change.ts';
import type { PortsOptions } from './commands/ports.ts';
import type { ScanCommandOptions } from './commands/scan.ts';
import type { IdentifyOptions } from './commands/identify.ts';
import type { VerifyOptions } from './commands/verify.ts';
import type { TeachOptions } from './commands/teach.ts';
import { examples, machine, token, url } from './option-words.ts';

/** What is done once for each drive, before a site runs: looking, naming, measuring. */
export function addCommissioningCommands(program: Command): void {
  program
    .command('ports')
    .summary('list the serial ports and who has them')
    .description('Lists the serial ports of this machine with all their names, and the line or program that has each.')
    .option('--site <file>', 'show which ports are lines of this site file')
    .option(...machine)
    .addHelpText('after', examples('kmotion ports', 'kmotion ports --json | jq .[].byId'))
    .action(async (options: PortsOptions) => (await import('./commands/ports.ts')).ports(options));
  addScan(program);
  addChanges(program);
  addVerify(program);
  addOnRunningSite(program);
  program
    .command('doctor')
    .summary('find what hinders a site on this machine')
    .description(
      'Looks at rights and holders of ports, latency and names of adapters, echo, broker, addresses, clock, disk and Node, ' +
        'and prints with each finding what mends it. Exit code 1 when something must be mended.',
    )
    .argument('[site]', 'the site file (YAML): its lines, broker and addresses are looked at too')
    .option(...machine)
    .addHelpText('after', examples('kmotion doctor', 'kmotion doctor site.yaml', 'kmotion doctor --json'))
    .action(async (file: string | undefined, options: { json?: true }) =>
      (await import('./commands/doctor.ts')).doctor(file, options),
    );
}

function addScan(program: Command): void {
  program
    .command('scan')
    .summary('search serial ports for drives')
    .description(
      'Searches serial ports for drives by reading: likely settings and addresses first. Says which profile fits, what is ' +
        'wrong (two drives on one address, wrong unit id, wrong parity, echo, silence), and prints the YAML for a site file. ' +
        'A port that a line or another program has is left alone. Exit code 0 only when drives were found and nothing must be mended.',
    )
    .argument('[ports...]', 'paths of ports; every free port when left out')
    .option('--units <list>', 'unit ids to ask, as 1-247 or 1,7,200 (default: 1 to 16 and what factories set)')
    .option('--serial <settings...>', 'settings to try, as 115200 or 9600-8E1 (default: those of the profiles)')
    .option('--profile <profiles...>', 'look for these only: ids of shipped profiles, or files')
    .option('--site <file>', 'ask for the drives of this site file first, and say what differs')
    .option('--spare-lines', 'leave out every port that a line of the site file names')
    .option('--write <file>', 'add what was found to this site file; comments and values stay')
    .option('--yes', 'let --write change values that the scan contradicts')
    .option('--json', 'print one JSON object a line: begins, progress, found, finding, ended')
    .addHelpText(
      'after',
      examples(
        'kmotion scan',
        'kmotion scan /dev/ttyUSB0 --units 1-247',
        'kmotion scan --site site.yaml',
        'kmotion scan --write site.yaml',
      ),
    )
    .action(async (ports: readonly string[], options: ScanCommandOptions) =>
      (await import('./commands/scan.ts')).scan(ports, options),
    );
}

type ChangeWords = [port: string, unit: number, wanted: number, options: ChangeCommandOptions];

function addChanges(program: Command): void {
  changing(program.command('set-unit'))
    .summary('give a drive another unit id')
    .description(
      'Gives a drive another unit id, where its profile says how, and proves that it answers there. Asks first; writes the ' +
        "drive's EEPROM, counted. Refuses when two drives answer or the new id is taken. The line must not be in use.",
    )
    .argument('<old>', 'unit id it has now', toUnit)
    .argument('<new>', 'unit id it shall have', toUnit)
    .addHelpText('after', examples('kmotion set-unit /dev/ttyUSB0 1 7', 'kmotion set-unit lift 1 7 --site site.yaml'))
    .action(async (...[port, unit, wanted, options]: ChangeWords) =>
      (await import('./commands/change.ts')).change({ port, unit, change: { kind: 'unit', unit: wanted } }, options),
    );
  changing(program.command('set-baud'))
    .summary('give a drive another baud rate')
    .description(
      'Gives a drive another baud rate, where its profile says how, and proves that it answers with it, or says that it ' +
        "must be switched off and on first. Asks first; writes the drive's EEPROM, counted. The line must not be in use.",
    )
    .argument('<unit>', 'unit id of the drive', toUnit)
    .argument('<baud>', 'baud rate it shall have', toCount)
    .addHelpText('after', examples('kmotion set-baud /dev/ttyUSB0 1 115200'))
    .action(async (...[port, unit, baudRate, options]: ChangeWords) =>
      (await import('./commands/change.ts')).change({ port, unit, change: { kind: 'baud', baudRate } }, options),
    );
}

const changing = (command: Command): Command =>
  command
    .argument('<port>', 'path of the port, or with --site the name of a line')
    .option('--site <file>', 'the site file whose line is meant')
    .option('--serial <settings>', 'settings it has now, as 115200 or 9600-8E1 (default: looked for)')
    .option('--profile <profiles...>', 'its profile, where nothing proves it: a shipped id, or a file')
    .option('--yes', 'do not ask')
    .option(...machine);

function addVerify(program: Command): void {
  program
    .command('verify')
    .summary('show whether a drive is what its profile says')
    .description(
      'Runs the conformance suite on a drive whose line is not in use: who answers, every register, word order, enabling, a ' +
        'small move out and back, a stop, the watchdog, reconnecting. Asks before anything moves; Ctrl-C stops the drive at ' +
        'once. Ends in a report that can go with a profile. Exit code 0 only when nothing failed.',
    )
    .argument('<drive>', 'name of the drive in the site file')
    .option('--site <file>', 'the site file (YAML)', 'site.yaml')
    .option('--no-move', 'read only: nothing moves and nothing is switched on')
    .option(
      '--yes-move [turns]',
      'do not ask before it moves: at most so many turns of the motor, or any number',
      toNumber,
    )
    .option('--report <file>', 'write the report (JSON) to this file too')
    .option(...machine)
    .addHelpText(
      'after',
      examples(
        'kmotion verify lift --site site.yaml',
        'kmotion verify lift --no-move',
        'kmotion verify lift --yes-move 0.25 --json',
        'kmotion verify lift --report lift.conformance.json',
      ),
    )
    .action(async (drive: string, options: VerifyOptions) =>
      (await import('./commands/verify.ts')).verify(drive, options),
    );
}

function addOnRunningSite(program: Command): void {
  program
    .command('identify')
    .summary('move a drive a little, to see which motor it is')
    .description(
      'Moves a drive a little there and back so that a person sees which motor it is. Says distance and speed, asks ' +
        'first, and leaves the drive without power if it was so. Ctrl-C halts it.',
    )
    .argument('<drive>', 'name of the drive')
    .option('--yes', 'do not ask')
    .addOption(url())
    .addOption(token())
    .option(...machine)
    .addHelpText('after', examples('kmotion identify lift-left'))
    .action(async (drive: string, options: IdentifyOptions) =>
      (await import('./commands/identify.ts')).identify(drive, options),
    );
  program
    .command('teach')
    .summary('measure the range of an axis by showing both ends')
    .description(
      'Reads the position at both ends of an axis, to which a person brings it with the arrow keys (slow jogging, within ' +
        'the range that is configured), by hand while it has no power, or with kmotion move, and prints the range for the site file.',
    )
    .argument('<drive>', 'name of the drive')
    .option('--margin <distance>', 'keep so far from each end, axis units', toNumber)
    .addOption(url())
    .addOption(token())
    .option(...machine)
    .addHelpText('after', examples('kmotion teach lift-left', 'kmotion teach lift-left --margin 2'))
    .action(async (drive: string, options: TeachOptions) =>
      (await import('./commands/teach.ts')).teach(drive, options),
    );
}
