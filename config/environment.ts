import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { scalarSettings, type ScalarSetting } from './scalar-settings.ts';
import { toMapping } from './site-draft.ts';
import type { SiteProblem } from './site.ts';
import type { Path } from './yaml-source.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The site file's plain values with the environment's on top, and which variable each came from. */
export interface Overridden {
  readonly value: unknown;
  readonly problems: readonly SiteProblem[];
  /** Name of the variable that set a path ("http.port"). */
  readonly variables: ReadonlyMap<string, string>;
}

/**
 * `KMOTION_HTTP_PORT=9000` sets http.port, `KMOTION_LINES_LIFT_SERIAL=/dev/ttyUSB1` sets lines.lift.serial, and
 * `KMOTION_MQTT_USERNAME_FILE=/run/secrets/user` reads a value from a file. Other variables are not ours to judge:
 * Kubernetes sets KMOTION_SERVICE_HOST and the like for a service of that name.
 */
export function applyEnvironment(value: unknown, environment: Environment): Overridden {
  const target = structuredClone(value);
  const problems: SiteProblem[] = [];
  const variables = new Map<string, string>();
  const names = Object.keys(environment).filter((name) => name.startsWith('KMOTION_'));
  for (const setting of scalarSettings(target, names)) {
    const found = lookUp(setting, environment);
    if (found === null) continue;
    if ('problem' in found) {
      problems.push({ line: 0, column: 0, path: found.variable, message: found.problem });
      continue;
    }
    put(target, setting.path, setting.fromText(found.text));
    variables.set(setting.path.join('.'), found.variable);
  }
  if (variables.has('mqtt.url')) forgetBrokerAddress(target);
  return { value: target, problems, variables };
}

/** A URL from the environment is the whole address: no host or port of an embedded broker counts beside it. */
function forgetBrokerAddress(target: unknown): void {
  const mqtt = toMapping(toMapping(target)['mqtt']) as Record<string, unknown>;
  delete mqtt['host'];
  delete mqtt['port'];
}

type Found =
  { readonly variable: string; readonly text: string } | { readonly variable: string; readonly problem: string };

function lookUp(setting: ScalarSetting, environment: Environment): Found | null {
  const direct = environment[setting.variable];
  const variable = `${setting.variable}_FILE`;
  const file = setting.hasFileSetting ? undefined : environment[variable];
  if (direct !== undefined && file !== undefined) {
    return { variable, problem: `is set beside ${setting.variable}; expected one of the two` };
  }
  if (direct !== undefined) {
    return { variable: setting.variable, text: setting.isPath ? resolve(direct) : direct };
  }
  return file === undefined ? null : fromFile(variable, file);
}

function fromFile(variable: string, file: string): Found {
  try {
    return { variable, text: readFileSync(file, 'utf8').trimEnd() };
  } catch (error) {
    return { variable, problem: `cannot be read: ${error instanceof Error ? error.message : String(error)}` };
  }
}

function put(target: unknown, path: Path, value: unknown): void {
  const last = path.at(-1);
  if (last === undefined || typeof target !== 'object' || target === null) return;
  let node = target as Record<string, unknown>;
  for (const key of path.slice(0, -1)) {
    const next = node[key];
    node = (node[key] = typeof next === 'object' && next !== null ? next : {}) as Record<string, unknown>;
  }
  node[last] = value;
}
