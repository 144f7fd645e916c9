import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';

/** What the doctor asks of the machine; tests put one in its place. */
export interface Machine {
  /** Where `/sys`, `/dev`, `/proc` and `/etc` are. */
  readonly root: string;
  readonly nodeVersion: string;
  readonly userName: string;
  /** May this user read and write the file. */
  mayOpen(path: string): boolean;
  /** Output of a program; null when it is not there or fails. */
  run(program: string, words: readonly string[]): Promise<string | null>;
  /** Free space where the folder is or will be made; null when nobody knows. */
  freeBytes(folder: string): Promise<number | null>;
  /** May files be made where the folder is or will be. */
  mayWrite(folder: string): boolean;
}

const LONGEST_RUN_MS = 3000;

export const thisMachine: Machine = {
  root: '/',
  nodeVersion: process.versions.node,
  userName: userInfo().username,
  mayOpen: (path) => isAllowed(path, constants.R_OK | constants.W_OK),
  run: (program, words) =>
    new Promise((resolve) => {
      execFile(program, words, { timeout: LONGEST_RUN_MS }, (error, output) => resolve(error === null ? output : null));
    }),
  async freeBytes(folder) {
    try {
      const { bavail, bsize } = await statfs(existingAbove(folder));
      return bavail * bsize;
    } catch {
      return null;
    }
  },
  mayWrite: (folder) => isAllowed(existingAbove(folder), constants.W_OK),
};

function isAllowed(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

function existingAbove(folder: string): string {
  let path = folder;
  while (!existsSync(path) && path !== dirname(path)) path = dirname(path);
  return path;
}

/** A path of the machine as a file of ours. */
export const onMachine = ({ root }: Machine, path: string): string => join(root, path);
