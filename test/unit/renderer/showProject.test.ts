import { QueryObserver } from '@tanstack/react-query';
import { beforeEach, expect, it, vi } from 'vitest';

vi.mock('../../../renderer/src/studio', () => ({ call: () => new Promise(() => undefined), on: () => () => undefined, pathsOf: () => [], setPictureKey: () => undefined }));
vi.mock('../../../renderer/src/ui/tell', () => ({ tellError: () => undefined }));
const { queries, showProject } = await import('../../../renderer/src/ui/queries');

const toys = { folder: '/Toys.graft', name: 'Toys', resumedImports: 0 };
beforeEach(() => queries.clear());

it('the window that watches the open project sees it, whether the event or the answer comes first', () => {
  queries.setQueryData(['projects:current'], null);
  const watcher = new QueryObserver(queries, { queryKey: ['projects:current'], staleTime: Infinity });
  const seen: unknown[] = [];
  const stop = watcher.subscribe((result) => seen.push(result.data));
  showProject(toys);
  showProject(toys);
  expect(watcher.getCurrentResult().data).toEqual(toys);
  queries.setQueryData(['clips:list'], [1]);
  showProject(toys);
  expect(queries.getQueryData(['clips:list'])).toEqual([1]);
  showProject({ ...toys, folder: '/Other.graft' });
  expect(queries.getQueryData(['clips:list'])).toBeUndefined();
  showProject(null);
  expect(watcher.getCurrentResult().data).toBeNull();
  stop();
});
