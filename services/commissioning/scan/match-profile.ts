import { identityOf, identityProblem, identitySignals, type DriveIdentity } from '../../../drivers/drive/index.ts';
import {
  decodeBlock,
  planReads,
  polledSignals,
  type Profile,
  type ReadBlock,
  type SignalName,
  type Signals,
} from '../../../drivers/profile/index.ts';
import type { Asker } from './asker.ts';
import { type Heard, isDoubtful } from './heard.ts';
import { profilesAt, type Probe } from './probe.ts';
import { serialsOf, sameSerial } from './serial-choice.ts';

/** Which drive answers at a unit, by what its registers say. */
export interface Match {
  readonly profile: Profile | null;
  /** The profile's identity registers have the values that prove the model. */
  readonly isProven: boolean;
  readonly alsoPossible: readonly Profile[];
  readonly identity: DriveIdentity | null;
  /** What was heard meanwhile: doubtful ones show a second drive at the address. */
  readonly heard: readonly Heard[];
}

/** So many more questions, whose answers differ from drive to drive, show whether two share the address. */
const CONFIRMATIONS = 3;
const ATTEMPTS = 3;

/** Reads for one profile after the other what would prove it, those of these serial settings first. */
export async function matchProfile(asker: Asker, unit: number, profiles: readonly Profile[]): Promise<Match> {
  const reader = createReader(asker, unit);
  const fitting = await fittingProfiles(reader, inOrder(profiles, asker, unit));
  const [best, ...others] = fitting.toSorted((a, b) => Number(b.isProven) - Number(a.isProven));
  if (best !== undefined) await confirm(reader, best.profile);
  return {
    profile: best?.profile ?? null,
    isProven: best?.isProven ?? false,
    alsoPossible: best?.isProven === true ? [] : others.map(({ profile }) => profile),
    identity: best === undefined ? null : identityOf(best.signals, best.profile),
    heard: reader.heard,
  };
}

interface Fitting {
  readonly profile: Profile;
  readonly signals: Signals;
  readonly isProven: boolean;
}

/** What has the registers of a profile, until one is proven. */
async function fittingProfiles(reader: Reader, profiles: readonly Profile[]): Promise<readonly Fitting[]> {
  const fitting: Fitting[] = [];
  for (const profile of profiles) {
    const signals = await reader.read(profile, wanted(profile));
    if (signals === null || identityProblem(profile, signals) !== null) continue;
    const isProven = hasProof(profile);
    fitting.push({ profile, signals, isProven });
    if (isProven) break;
  }
  return fitting;
}

const hasProof = ({ identity }: Profile): boolean => Object.keys(identity.match).length > 0;

function inOrder(profiles: readonly Profile[], { serial, framing }: Asker, unit: number): readonly Profile[] {
  const here = profilesAt(profiles, { serial, unit, framing });
  const others = profiles.filter((profile) => !here.includes(profile) && profile.framing === framing);
  const isFactory = (profile: Profile): boolean => sameSerial(serialsOf(profile)[0] ?? serial, serial);
  const all = [...here.toSorted((a, b) => Number(isFactory(b)) - Number(isFactory(a))), ...others];
  return all.filter((profile) => wanted(profile).length > 0);
}

/** Where nothing proves the model, having all its status registers must do. */
function wanted(profile: Profile): readonly SignalName[] {
  const signals = identitySignals(profile);
  return hasProof(profile) ? signals : [...signals, ...polledSignals(profile, 'fast')];
}

interface Reader {
  readonly heard: Heard[];
  /** Null when the unit has not all of these registers. */
  read(profile: Profile, signals: readonly SignalName[]): Promise<Signals | null>;
}

function createReader(asker: Asker, unit: number): Reader {
  const heard: Heard[] = [];
  /** Asks again what came garbled: a glitch heals, two drives on one address do not. */
  async function asked(probe: Probe): Promise<Heard> {
    for (let time = 1; ; time++) {
      const answer = await asker.askAndListen(unit, probe);
      heard.push(answer);
      if (!isDoubtful(answer) || time === ATTEMPTS) return answer;
    }
  }
  async function readBlock(block: ReadBlock, turnaroundMs: number): Promise<Signals | null> {
    for (const table of block.table === 'either' ? (['holding', 'input'] as const) : [block.table]) {
      const probe: Probe = { table, address: block.address, count: block.count, turnaroundMs };
      const answer = await asked(probe);
      if (answer.kind === 'answer' && answer.words.length === block.count) return decodeBlock(block, answer.words);
    }
    return null;
  }
  return {
    heard,
    async read(profile, signals) {
      let all: Signals = {};
      for (const block of planReads(profile, signals, wireOf(profile))) {
        const found = await readBlock(block, profile.timing.turnaroundMs);
        if (found === null) return null;
        all = { ...all, ...found };
      }
      return all;
    },
  };
}

const wireOf = ({ serial, timing }: Profile): Parameters<typeof planReads>[2] => ({
  baudRate: serial.baudRate,
  bitsPerCharacter: 11,
  transactionMs: timing.turnaroundMs,
});

/** Positions and serial numbers: two drives hardly ever say the same of them. */
async function confirm(reader: Reader, profile: Profile): Promise<void> {
  const telling = [...new Set([...polledSignals(profile, 'fast'), ...identitySignals(profile)])];
  for (let time = 0; time < CONFIRMATIONS; time++) await reader.read(profile, telling);
}
