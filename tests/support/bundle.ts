import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'vite';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** A change to one source file, made while it is loaded: nothing in the sources knows of it. */
export interface Change {
  /** From the top of the project. */
  readonly file: string;
  /** Must stand in it exactly once. */
  readonly find: string;
  readonly replace: string;
}

/**
 * Puts a program of tests and all that it uses of this project into one file of plain JavaScript, which a child process
 * starts in a tenth of a second.
 *
 * @throws Error when a change does not fit exactly once
 */
export async function bundle(entry: string, to: string, changes: readonly Change[] = []): Promise<void> {
  for (const change of changes) await checkFit(change);
  await build({
    configFile: false,
    root,
    logLevel: 'error',
    ssr: { external: true },
    build: {
      ssr: entry,
      outDir: to,
      emptyOutDir: false,
      minify: false,
      rolldownOptions: { output: { entryFileNames: '[name].mjs', codeSplitting: false } },
    },
    plugins: [ownPlace(), changed(changes)],
  });
}

async function checkFit({ file, find }: Change): Promise<void> {
  const found = (await readFile(resolve(root, file), 'utf8')).split(find).length - 1;
  if (found !== 1) throw new Error(`${file} holds ${found} times, and should hold once: ${find}`);
}

/** Modules find their files where their sources lie. */
function ownPlace(): Plugin {
  return {
    name: 'own-place',
    enforce: 'pre',
    transform: (code, id) =>
      code.includes('import.meta.url')
        ? code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href))
        : null,
  };
}

function changed(changes: readonly Change[]): Plugin {
  return {
    name: 'changed',
    enforce: 'pre',
    transform(code, id) {
      const own = changes.filter(({ file }) => resolve(root, file) === id);
      return own.length === 0 ? null : own.reduce((text, { find, replace }) => text.replace(find, () => replace), code);
    },
  };
}
