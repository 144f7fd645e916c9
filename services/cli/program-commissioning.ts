import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { PortDescription, ScanEvent, type ScanRequest } from '../contracts/index.ts';
import type { Commissioning, RunningScan } from '../orchestrator/index.ts';

/** The way to this program again: [node, main.js]. */
export interface Program {
  readonly executable: string;
  readonly leading: readonly string[];
}

/** Ports and scans by this program's own commands, each a process that is gone when it has answered. */
export function programCommissioning(program: Program, siteFile: string): Commissioning {
  const start = (words: readonly string[]): ChildProcess =>
    spawn(program.executable, [...program.leading, ...words], {
      // its input ends with this process, and so does the scan
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, KMOTION_SUPERVISED: '1' },
    });
  return {
    async ports() {
      const child = start(['ports', '--json', '--site', siteFile]);
      const lines: string[] = [];
      await ended(child, (line) => void lines.push(line), [0]);
      return z.array(PortDescription).parse(JSON.parse(lines.join('')));
    },
    scan: (request, tell) => running(scanWords(request, siteFile).then(start), tell),
  };
}

/** Found, something to mend, interrupted: in each case the report has come. */
const REPORTED = [0, 1, 130];

function running(starting: Promise<ChildProcess>, tell: (event: ScanEvent) => void): RunningScan {
  let isReported = false;
  const reported = async (): Promise<void> => {
    const complaints = await ended(
      await starting,
      (line) => {
        const event = ScanEvent.parse(JSON.parse(line));
        isReported ||= event.event === 'ended';
        tell(event);
      },
      REPORTED,
    );
    if (!isReported) throw new Error(complaints === '' ? 'the scan ended without a report' : complaints);
  };
  const interrupt = async (): Promise<void> => void (await starting).kill('SIGINT');
  return { ended: reported(), interrupt: () => void interrupt() };
}

async function scanWords({ ports = [], units, serial }: ScanRequest, siteFile: string): Promise<readonly string[]> {
  // loaded only now: the room brings the serial ports with it, which a site that never scans need not wait for
  const { serialName } = await import('../commissioning/index.ts');
  return [
    'scan',
    '--json',
    ...(units === undefined ? [] : [`--units=${units}`]),
    '--site',
    siteFile,
    '--spare-lines',
    ...(serial === undefined ? [] : ['--serial', ...serial.map((one) => serialName(one).replace(' ', '-'))]),
    ...(ports.length === 0 ? [] : ['--', ...ports]),
  ];
}

/** Resolves with what it complained of. @throws Error when it ended with another exit code than these */
function ended(child: ChildProcess, hear: (line: string) => void, codes: readonly number[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let complaints = '';
    child.stderr?.on('data', (chunk: Buffer) => void (complaints += chunk.toString()));
    if (child.stdout !== null) {
      createInterface({ input: child.stdout }).on('line', (line) => {
        try {
          hear(line);
        } catch (error) {
          reject(error);
        }
      });
    }
    child.on('error', reject);
    child.on('close', (code) => {
      if (code !== null && codes.includes(code)) resolve(complaints.trim());
      else
        reject(new Error(complaints.trim() === '' ? `it ended with exit code ${code ?? 'none'}` : complaints.trim()));
    });
  });
}
