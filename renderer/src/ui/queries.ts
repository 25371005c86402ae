import { QueryCache, QueryClient, useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { EpochMetrics } from '../../../electron/core/training';
import type { CallName, FrameFilterView, ProjectView, StudioCalls, Undoable } from '../../../electron/ipc/contract';
import { call, on, setPictureKey } from '../studio';
import { tellError } from './tell';

type Result<C extends CallName> = UseQueryResult<ReturnType<StudioCalls[C]>>;

export const queries = new QueryClient({
  defaultOptions: { queries: { staleTime: Infinity, retry: false, refetchOnWindowFocus: false, networkMode: 'always' }, mutations: { networkMode: 'always' } },
  queryCache: new QueryCache({ onError: (error, query) => query.meta?.quiet !== true && tellError(error) }),
});

/** Reads from the main process and keeps it until something changes. */
export function useStudio<C extends CallName>(name: C, ...args: Parameters<StudioCalls[C]>): Result<C> {
  return useQuery({ queryKey: [name, ...args], queryFn: () => call(name, ...args) }) as Result<C>;
}

/** As `useStudio`, asked only while `enabled`; with `quiet` the caller shows the error itself. */
export function useStudioWhen<C extends CallName>(options: { readonly enabled: boolean; readonly quiet?: boolean; readonly keep?: boolean }, name: C, ...args: Parameters<StudioCalls[C]>): Result<C> {
  return useQuery({
    queryKey: [name, ...args],
    queryFn: () => call(name, ...args),
    enabled: options.enabled,
    meta: { quiet: options.quiet === true },
    // Comparing 100,000 frames value by value would take longer than drawing them.
    structuralSharing: name !== 'frames:list',
    placeholderData: options.keep ? (before: unknown) => before as never : undefined,
  }) as Result<C>;
}

const touchedBy: Readonly<Record<'labels' | 'clips' | 'rounds' | 'models', readonly CallName[]>> = {
  labels: ['names:list', 'clips:list', 'frames:list', 'labels:state', 'rounds:next'],
  clips: ['names:list', 'clips:list', 'clips:missing', 'frames:list', 'labels:state', 'rounds:next'],
  rounds: ['rounds:list', 'rounds:next', 'rounds:epochs', 'rounds:losses', 'clips:list', 'frames:list', 'models:list'],
  models: ['models:confidence', 'predictions:predict', 'models:list', 'models:matrix', 'frames:list', 'rounds:next', 'rounds:list', 'migrations:of'],
};

/** Marks as old what a change has touched. */
export function forgetTouched(what: 'labels' | 'clips' | 'rounds' | 'models'): void {
  const names = new Set<unknown>(touchedBy[what]);
  void queries.invalidateQueries({ predicate: (query) => names.has(query.queryKey[0]) });
}

// Changes on their way to the main process that the window shows already.
let shownChanges = 0;
let counting: ReturnType<typeof setTimeout> | undefined;

/**
 * Carries out a change of frames that the window shows already: when the main process tells of it, the frames are not
 * asked for again, and the counts a moment later, so that the next key does not wait for them.
 */
export async function alreadyShown(change: Promise<Undoable>): Promise<Undoable> {
  shownChanges += 1;
  const reading = queries.isFetching({ queryKey: ['frames:list'] }) > 0;
  try {
    const done = await change;
    // Frames that were asked for before the change may have come after it: they are old.
    if (reading) void queries.invalidateQueries({ queryKey: ['frames:list'] });
    // Where nothing changed the main process tells of nothing.
    if (done.sentence === null) shownChanges -= 1;
    return done;
  } catch (error) {
    shownChanges -= 1;
    throw error;
  }
}

/** True for frames that the main process sifted by what a label can change. */
function isSifted(filter: FrameFilterView | undefined): boolean {
  return Object.keys(filter ?? {}).some((name) => name !== 'clipId');
}

function forgetCounts(): void {
  void queries.invalidateQueries({ queryKey: ['labels:state'] });
  void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === 'frames:list' && isSifted(queryKey[1] as FrameFilterView | undefined) });
  clearTimeout(counting);
  counting = setTimeout(() => {
    const names = new Set<unknown>(touchedBy.labels);
    void queries.invalidateQueries({ predicate: ({ queryKey }) => names.has(queryKey[0]) && queryKey[0] !== 'frames:list' });
  }, 700);
}

/** Keeps what is shown in step with the main process. */
export function followChanges(): void {
  on('project:changed', ({ what }) => {
    if (what !== 'labels' || shownChanges === 0) return forgetTouched(what);
    shownChanges -= 1;
    forgetCounts();
  });
  on('rounds:epoch', ({ runId, epoch }) =>
    queries.setQueryData<readonly EpochMetrics[]>(['rounds:epochs', runId], (epochs) => [...(epochs ?? []).filter((known) => known.epoch < epoch.epoch), epoch]),
  );
  on('jobs:changed', (jobs) => queries.setQueryData(['jobs:list'], jobs));
  on('projects:opened', showProject);
}

/**
 * Shows another project (or none). The main process tells of it and the call that opened it answers, in either order:
 * the second one changes nothing. The entry of the open project itself is never removed: the window watches it.
 */
export function showProject(project: ProjectView | null): void {
  // An answer from before that is still on its way must not come after.
  void queries.cancelQueries({ queryKey: ['projects:current'] });
  if (queries.getQueryData<ProjectView | null>(['projects:current'])?.folder !== project?.folder) {
    queries.removeQueries({ predicate: (query) => !['projects:current', 'projects:recent', 'app:info', 'jobs:list'].includes(String(query.queryKey[0])) });
  }
  setPictureKey(project?.folder);
  queries.setQueryData(['projects:current'], project);
  void queries.invalidateQueries({ queryKey: ['projects:recent'] });
}
