import { dirname, join, resolve } from 'node:path';
import type { Profile } from '../drivers/profile/index.ts';
import { defaultDataFolder, type Machine } from './data-folder.ts';
import { resolveInterlocks } from './interlock-checks.ts';
import { silenceOn } from './line-silence.ts';
import { isLoopback } from './loopback.ts';
import { resolveDrive } from './resolve-drive.ts';
import { resolveLine } from './resolve-line.ts';
import type { AuthConfig, DriveConfig, GroupConfig, LineConfig, MqttConfig, Site } from './site.ts';
import type { GroupFile, SiteFile } from './site-file.ts';

export interface Resolving {
  /** Absolute path of the site file. */
  readonly file: string;
  readonly machine: Machine;
  readonly profiles: ReadonlyMap<string, Profile>;
  /** Contents of the files that hold credentials. */
  readonly secrets: Secrets;
}
export interface Secrets {
  readonly password: string | null;
  readonly ca: string | null;
  readonly cert: string | null;
  readonly key: string | null;
  readonly storeToken: string | null;
}

const LOOPBACK = '127.0.0.1';

/** Fills in every default of a site file that has passed all checks. */
export function resolveSite(file: SiteFile, context: Resolving): Site {
  const folder = dirname(context.file);
  const dataDir = resolveData(file, context);
  const lines = mapEntries<SiteFile['lines'][string], LineConfig>(file.lines, (id, line) =>
    resolveLine(line, { id, dataDir, profiles: profilesOn(id, file, context) }),
  );
  const silences = mapEntries(Object.fromEntries(lines), (id, line) => silenceOn(line, unitsOn(id, file, context)));
  const simulated = [...lines.values()].every(({ way }) => way.kind === 'simulated');
  const http = resolveHttp(file.http);
  const mqtt = resolveMqtt(file, context.secrets);
  const listeners = [http.host, ...(mqtt.url === 'embedded' ? [mqtt.host] : [])];
  return {
    id: file.site,
    file: context.file,
    http,
    orchestrators: mapEntries<{ url: string }, string>(file.orchestrators ?? {}, (_id, { url }) => url),
    mqtt,
    dataDir,
    store: file.store === undefined ? null : { url: file.store.url, token: context.secrets.storeToken },
    auth: resolveAuth(file.auth, { folder, dataDir, isOpen: simulated && listeners.every(isLoopback) }),
    commands: file.commands ?? 'lenient',
    simulator: { port: file.simulator?.port ?? 0 },
    simulated,
    lines,
    drives: mapEntries<SiteFile['drives'][string], DriveConfig>(file.drives, (id, drive) =>
      resolveDrive(drive, {
        id,
        profile: profileOf(drive.profile, context),
        silenceMs: silences.get(drive.line) ?? 0,
      }),
    ),
    groups: mapEntries(file.groups ?? {}, resolveGroup),
    interlocks: resolveInterlocks(file.interlocks ?? [], new Map(Object.entries(file.drives))),
  };
}

function resolveData({ site, data }: SiteFile, { file, machine }: Resolving): string {
  return data === undefined ? defaultDataFolder(site, machine) : resolve(dirname(file), data);
}

const resolveHttp = ({
  host = LOOPBACK,
  port = 8080,
  hosts = [],
}: NonNullable<SiteFile['http']> = {}): Site['http'] => ({
  host,
  port,
  hosts,
});

function mapEntries<From, To>(
  entries: Readonly<Record<string, From>>,
  convert: (id: string, entry: From) => To,
): ReadonlyMap<string, To> {
  return new Map(Object.entries(entries).map(([id, entry]) => [id, convert(id, entry)]));
}

function profilesOn(line: string, file: SiteFile, context: Resolving): readonly Profile[] {
  return Object.values(file.drives)
    .filter((drive) => drive.line === line)
    .map((drive) => profileOf(drive.profile, context));
}

function unitsOn(line: string, file: SiteFile, context: Resolving): ReadonlyMap<number, Profile> {
  const drives = Object.values(file.drives).filter((drive) => drive.line === line);
  return new Map(drives.map(({ unit, profile }) => [unit, profileOf(profile, context)]));
}

function profileOf(word: string, { profiles }: Resolving): Profile {
  const profile = profiles.get(word);
  if (profile === undefined) throw new Error(`profile ${word} was not loaded before the site was resolved`);
  return profile;
}

function resolveMqtt({ mqtt = {} }: SiteFile, { password, ca, cert, key }: Secrets): MqttConfig {
  const { url = 'embedded', root = 'kmotion', username = null } = mqtt;
  const portIsDefault = url === 'embedded' && mqtt.port === undefined;
  return { url, root, username, portIsDefault, ...brokerAddress(url, mqtt), password, ca, cert, key };
}

function brokerAddress(
  url: string,
  { host = LOOPBACK, port = 1883 },
): { readonly host: string; readonly port: number } {
  if (url === 'embedded') return { host, port };
  const given = new URL(url);
  const defaultPort = { 'mqtt:': 1883, 'mqtts:': 8883, 'ws:': 80, 'wss:': 443 }[given.protocol] ?? 1883;
  return { host: given.hostname, port: given.port === '' ? defaultPort : Number(given.port) };
}

interface Doors {
  readonly folder: string;
  readonly dataDir: string;
  /** All lines simulated, nothing beyond loopback: the only site that needs no reason to be open. */
  readonly isOpen: boolean;
}

function resolveAuth(auth: SiteFile['auth'], { folder, dataDir, isOpen }: Doors): AuthConfig {
  if (auth?.open !== undefined) return { kind: 'open', reason: auth.open };
  if (auth?.tokens !== undefined) return { kind: 'tokens', file: resolve(folder, auth.tokens) };
  return isOpen ? { kind: 'open', reason: null } : { kind: 'tokens', file: join(dataDir, 'tokens.json') };
}

const resolveGroup = (id: string, group: GroupFile): GroupConfig => ({
  id,
  drives: group.drives,
  maxStartSkewMs: group.maxStartSkewMs ?? 20,
  onMemberFault: group.onMemberFault ?? 'stop',
});
