import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { ProjectView } from '../../../electron/ipc/contract';
import { carriesFiles, proposeImport, useDrop } from '../clips/importing';
import { isModelFileName, openImport } from '../models/importState';
import { newProjectFor } from '../start/projects';
import { pathsOf } from '../studio';
import { usePlace } from '../ui/place';
import classes from './Shell.module.css';

async function take(paths: readonly string[], project: ProjectView | null): Promise<void> {
  if (paths.length === 0) return;
  const [first] = paths;
  if (project && first !== undefined && paths.length === 1 && isModelFileName(first)) return openImport(first);
  if (project || (await newProjectFor(paths))) proposeImport(paths);
}

function useWindowDrop(project: ProjectView | null): void {
  useEffect(() => {
    let left: ReturnType<typeof setTimeout> | undefined;
    const over = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      clearTimeout(left);
      if (!useDrop.getState().dragging) useDrop.setState({ dragging: true });
    };
    const leave = () => {
      left = setTimeout(() => useDrop.setState({ dragging: false }), 120);
    };
    const drop = (event: DragEvent) => {
      useDrop.setState({ dragging: false });
      if (event.defaultPrevented || !carriesFiles(event)) return;
      event.preventDefault();
      void take(pathsOf([...(event.dataTransfer?.files ?? [])]), project);
    };
    addEventListener('dragover', over);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', over);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
    };
  }, [project]);
}

/** Takes what is dropped anywhere in the window, and says beforehand where it will land. */
export function DropCatcher({ project }: { readonly project: ProjectView | null }) {
  const { t } = useTranslation();
  const place = usePlace((where) => where.place);
  const dragging = useDrop((state) => state.dragging);
  useWindowDrop(project);
  if (!dragging) return null;
  return (
    <div className={classes.overlay} role="status">
      <div>{project === null ? t('start:dropNow') : place === 'board' ? t('board:dropOnBoard') : place === 'try' ? t('tryit:dropNow') : t('board:dropAnywhere')}</div>
    </div>
  );
}
