import { checkFile } from '../check-file.ts';

/** `kmotion check`: exit code 0 only for a site file or a profile without problems. */
export async function check(name: string, options: { readonly json?: true }): Promise<void> {
  const { isRight, forPeople, forMachines } = await checkFile(name);
  if (options.json === true) process.stdout.write(`${JSON.stringify(forMachines)}\n`);
  else (isRight ? process.stdout : process.stderr).write(`${forPeople}\n`);
  process.exitCode = isRight ? 0 : 1;
}
