import { isMap, isNode, parseDocument, type Document, type Node, type YAMLMap } from 'yaml';
import { driveText, lineText, type SuggestedDrive, type SuggestedLine } from './suggest-site.ts';
import { createTextEdit, type TextEdit } from './text-edit.ts';

/** A value of the site file that the scan contradicts; changed only when somebody says so. */
export interface Contradicted {
  readonly path: readonly string[];
  readonly has: unknown;
  readonly found: unknown;
}

export interface MergeOptions {
  /** Which line of the file has this port already. */
  readonly lineOfPort: (port: string) => string | null;
  /** Whether this value may be changed. */
  readonly mayChange: (contradicted: Contradicted) => boolean;
}

export interface Merged {
  readonly text: string;
  /** Paths that were added or changed: `lines.lift`, `drives.lift-left`. */
  readonly added: readonly string[];
  /** Left as they were. */
  readonly kept: readonly Contradicted[];
}

const SETTINGS = ['baudRate', 'parity', 'stopBits'] as const;

/** A site file to begin with; `kmotion check` refuses it until something is found. */
export const emptySite = (site: string): string =>
  `# What "kmotion scan" found; the axes are yours to measure.\nsite: ${site}\n`;

/**
 * Adds what was found to the text of a site file. Every character that is there stays where it is; a value is overwritten
 * only when `mayChange` says so.
 */
export function mergeSite(text: string, found: readonly SuggestedLine[], options: MergeOptions): Merged {
  const document = parseDocument(text);
  const edit = createTextEdit(text);
  const merge: Merge = { document, edit, options, taken: new Set(), added: [], kept: [] };
  for (const line of found) addLine(merge, line);
  return { text: edit.result(), added: merge.added, kept: merge.kept };
}

interface Merge {
  readonly document: Document;
  readonly edit: TextEdit;
  readonly options: MergeOptions;
  /** Names given so far, as paths. */
  readonly taken: Set<string>;
  readonly added: string[];
  readonly kept: Contradicted[];
}

function addLine(merge: Merge, line: SuggestedLine): void {
  const drives = line.drives.filter(({ profile }) => profile !== null);
  if (drives.length === 0) return;
  const existing = merge.options.lineOfPort(line.port);
  const id = existing ?? freeName(merge, 'lines', line.id);
  if (existing === null) add(merge, ['lines', id], lineText({ ...line, id }));
  else compareSettings(merge, existing, line);
  for (const drive of drives) addDrive(merge, id, drive);
}

function compareSettings(merge: Merge, id: string, { serial }: SuggestedLine): void {
  for (const setting of SETTINGS) {
    const path = ['lines', id, setting];
    const has: unknown = merge.document.getIn(path);
    const contradicted = { path, has, found: serial[setting] };
    if (has === serial[setting]) continue;
    if (has !== undefined && !merge.options.mayChange(contradicted)) merge.kept.push(contradicted);
    else set(merge, path, serial[setting]);
  }
}

function addDrive(merge: Merge, line: string, drive: SuggestedDrive): void {
  const isThere = mapAt(merge.document, ['drives'])?.items.some(({ value }) => isDriveAt(value, line, drive));
  if (isThere === true) return;
  const id = freeName(merge, 'drives', drive.id);
  add(merge, ['drives', id], driveText(line, { ...drive, id }));
}

function isDriveAt(value: unknown, line: string, { unit, channel }: SuggestedDrive): boolean {
  if (!isMap(value)) return false;
  return value.get('line') === line && value.get('unit') === unit && (value.get('channel') ?? null) === channel;
}

/** A new entry at the end of its section, in the section's own indentation. */
function add({ document, edit, added }: Merge, path: readonly [section: string, id: string], text: string): void {
  const map = mapAt(document, [path[0]]);
  added.push(path.join('.'));
  if (map === null) edit.append(path[0], text);
  else if (map.items.length === 0) edit.replace(rangeOf(map), `\n${text}`);
  else if (map.flow === true) edit.insertIntoBraces(rangeOf(map), flowText(text));
  else edit.insertLines(rangeOf(map)[1], indented(text, columnOf(map, edit)));
}

function set({ document, edit, added }: Merge, path: readonly string[], value: string | number): void {
  added.push(path.join('.'));
  const node: unknown = document.getIn(path, true);
  if (isNode(node)) return edit.replace(rangeOf(node), String(value));
  const map = mapAt(document, path.slice(0, -1));
  if (map === null) return;
  const text = `${path.at(-1) ?? ''}: ${value}`;
  if (map.flow === true) edit.insertIntoBraces(rangeOf(map), text);
  else edit.insertLines(rangeOf(map)[1], indented(text, columnOf(map, edit)));
}

function mapAt(document: Document, path: readonly string[]): YAMLMap | null {
  const found: unknown = document.getIn(path, true);
  return isMap(found) ? found : null;
}

const rangeOf = (node: Node): readonly [from: number, to: number] => [node.range?.[0] ?? 0, node.range?.[1] ?? 0];

const columnOf = (map: YAMLMap, edit: TextEdit): number => edit.columnAt(rangeOf(map)[0]);

/** Written with two blanks before it; every line is moved to where the others of its mapping are. */
function indented(text: string, column: number): string {
  return text
    .split('\n')
    .map((line) => `${' '.repeat(column)}${line.replace(/^ {2}/, '')}`)
    .join('\n');
}

/** As one line, without remarks: inside braces there is no room for them. */
function flowText(text: string): string {
  const written: unknown = parseDocument(text).toJS();
  return JSON.stringify(written).slice(1, -1);
}

function freeName({ document, taken }: Merge, section: string, wanted: string): string {
  let name = wanted;
  const isTaken = (): boolean => document.hasIn([section, name]) || taken.has(`${section}.${name}`);
  for (let number = 2; isTaken(); number++) name = `${wanted}-${number}`;
  taken.add(`${section}.${name}`);
  return name;
}
