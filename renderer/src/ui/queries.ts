import { QueryCache, QueryClient, useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { EpochMetrics } from '../../../electron/core/training';
import type { CallName, StudioCalls } from '../../../electron/ipc/contract';
import { call, on } from '../studio';
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
  clips: ['names:list', 'clips:list', 'frames:list', 'labels:state', 'rounds:next'],
  rounds: ['rounds:list', 'rounds:next', 'rounds:epochs', 'clips:list', 'models:list'],
  models: ['models:list', 'models:matrix', 'rounds:next', 'rounds:list', 'migrations:of'],
};

/** Marks as old what a change has touched. */
export function forgetTouched(what: 'labels' | 'clips' | 'rounds' | 'models'): void {
  const names = new Set<unknown>(touchedBy[what]);
  void queries.invalidateQueries({ predicate: (query) => names.has(query.queryKey[0]) });
}

/** Keeps what is shown in step with the main process. */
export function followChanges(): void {
  on('project:changed', ({ what }) => forgetTouched(what));
  on('rounds:epoch', ({ runId, epoch }) =>
    queries.setQueryData<readonly EpochMetrics[]>(['rounds:epochs', runId], (epochs) => [...(epochs ?? []).filter((known) => known.epoch < epoch.epoch), epoch]),
  );
  on('jobs:changed', (jobs) => queries.setQueryData(['jobs:list'], jobs));
  on('projects:opened', (project) => {
    queries.setQueryData(['projects:current'], project);
    queries.removeQueries({ predicate: (query) => !['projects:current', 'projects:recent', 'app:info', 'jobs:list'].includes(String(query.queryKey[0])) });
    void queries.invalidateQueries({ queryKey: ['projects:recent'] });
  });
}
