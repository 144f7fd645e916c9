import { type Signal, signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { ProgramSummary, RunResource } from '../../../contracts/index.ts';
import { usePage } from '../page.ts';
import { parameterHint, readParameters } from '../view/given-parameters.ts';
import type { Permission } from '../view/permissions.ts';
import { runPermissions, type RunAction } from '../view/run-permissions.ts';
import { runWord, stepLines } from '../view/run-word.ts';
import { CommandButton } from './command-button.tsx';
import { StateBadge } from './state-badge.tsx';

/** A stored program: its parameters, a start, and the step at which its run is. */
export function ProgramCard({ program }: { readonly program: ProgramSummary }): JSX.Element {
  const { store } = usePage();
  const { program: id, title, version, parameters } = program;
  const isLive = store.connection.value.kind === 'live';
  const run = store.runs.value.get(id) ?? null;
  const permissions = runPermissions(run, isLive);
  const drafts = useMemo(() => new Map(Object.keys(parameters).map((name) => [name, signal('')])), [parameters]);
  return (
    <article class={`card program ${isLive ? '' : 'is-old'}`} aria-labelledby={`program-${id}`}>
      <header class="card-head">
        <div>
          <h2 id={`program-${id}`}>{id}</h2>
          <p class="quiet">
            {title ?? 'program'} · version {version}
          </p>
        </div>
        <StateBadge {...runWord(run, isLive)} />
      </header>
      {run !== null && <RunLines run={run} />}
      <RunButtons id={id} run={run} permissions={permissions} />
      <StartForm program={program} drafts={drafts} permission={permissions.start} />
    </article>
  );
}

function RunLines({ run }: { readonly run: RunResource }): JSX.Element {
  return (
    <ul class="run-lines" aria-live="polite" aria-label={`Steps of ${run.program}`}>
      {stepLines(run).map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

interface RunProps {
  readonly id: string;
  readonly run: RunResource | null;
  readonly permissions: Record<RunAction, Permission>;
}

function RunButtons({ id, run, permissions }: RunProps): JSX.Element | null {
  const { commander } = usePage();
  if (run === null || permissions.start.allowed) return null;
  const button = (word: Exclude<RunAction, 'start'>, text: string, kind: 'plain' | 'main' = 'plain'): JSX.Element => (
    <CommandButton
      kind={kind}
      permission={permissions[word]}
      label={`${text} program ${id}`}
      onPress={() => void commander.run(run, word)}
    >
      {text}
    </CommandButton>
  );
  return (
    <div class="buttons" role="group" aria-label={`Commands of program ${id}`}>
      {permissions.resume.allowed ? button('resume', 'Resume', 'main') : button('pause', 'Pause')}
      {permissions.resume.allowed && button('step', 'One step')}
      {button('abort', 'Abort')}
    </div>
  );
}

interface StartProps {
  readonly program: ProgramSummary;
  readonly drafts: ReadonlyMap<string, Signal<string>>;
  readonly permission: Permission;
}

function StartForm({ program, drafts, permission }: StartProps): JSX.Element {
  const { commander } = usePage();
  const texts = new Map([...drafts].map(([name, draft]) => [name, draft.value]));
  const given = readParameters(program.parameters, texts);
  const may: Permission = !permission.allowed || given.ok ? permission : { allowed: false, because: given.because };
  const start = (): void => {
    if (given.ok && may.allowed) void commander.startProgram(program.program, given.value);
  };
  return (
    <form
      class="program-start"
      onSubmit={(event) => {
        event.preventDefault();
        start();
      }}
    >
      {[...drafts].map(([name, draft]) => (
        <ParameterField key={name} program={program} name={name} draft={draft} />
      ))}
      <CommandButton kind="main" permission={may} label={`Start program ${program.program}`} onPress={start}>
        Start
      </CommandButton>
    </form>
  );
}

interface FieldProps {
  readonly program: ProgramSummary;
  readonly name: string;
  readonly draft: Signal<string>;
}

function ParameterField({ program, name, draft }: FieldProps): JSX.Element | null {
  const parameter = program.parameters[name];
  if (parameter === undefined) return null;
  return (
    <label class="target program-parameter">
      <span class="quiet">{parameter.title ?? name}</span>
      <input
        type="text"
        inputMode={parameter.kind === 'boolean' ? 'text' : 'decimal'}
        autocomplete="off"
        aria-label={`${name} of program ${program.program}`}
        placeholder={parameterHint(parameter)}
        value={draft.value}
        onInput={(event) => (draft.value = event.currentTarget.value)}
      />
      <span class="target-unit" aria-hidden="true">
        {parameter.unit ?? ''}
      </span>
    </label>
  );
}
