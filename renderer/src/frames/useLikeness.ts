import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { FrameColumns, StackColumns } from '../../../electron/ipc/contract';
import { call } from '../studio';
import { useStudio } from '../ui/queries';
import type { Likeness } from './filter';
import { likenessOf } from './stacks';

/** What is known about near-duplicates, and how to look again after a cancelled search. */
export interface LikenessSearch {
  /** null: not known (yet) */
  readonly likeness: Likeness | null;
  readonly searching: boolean;
  readonly search: () => void;
}

/** Looks for near-duplicates when frames came or went, but not in the middle of an import. */
export function useLikeness(columns: FrameColumns): LikenessSearch {
  const importing = (useStudio('jobs:list').data ?? []).some(({ kind, state }) => kind === 'import' && state === 'running');
  const { ids, splits, excluded } = columns;
  const query = useQuery<StackColumns>({
    queryKey: ['frames:duplicates', ids.length, ids[0], ids.at(-1)],
    queryFn: () => call('frames:duplicates'),
    enabled: ids.length > 0 && !importing,
    structuralSharing: false,
    gcTime: 0,
    placeholderData: (before) => before,
  });
  const found = query.data;
  // Other columns change with every label; these only when frames come, go, or are left out.
  const likeness = useMemo(() => (found ? likenessOf({ ids, splits, excluded }, found) : null), [found, ids, splits, excluded]);
  const { isFetching, refetch } = query;
  return useMemo(() => ({ likeness, searching: isFetching, search: () => void refetch() }), [likeness, isFetching, refetch]);
}
