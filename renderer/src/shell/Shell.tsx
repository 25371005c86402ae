import type { ProjectView } from '../../../electron/ipc/contract';
import { BoardPlace } from '../clips/BoardPlace';
import { FramesPlace } from '../frames/FramesPlace';
import { MigratePlace } from '../migration/MigratePlace';
import { ModelsPlace } from '../models/ModelsPlace';
import { TryPlace } from '../predictions/TryPlace';
import { RoundsPlace } from '../rounds/RoundsPlace';
import { SettingsPlace } from '../settings/SettingsPlace';
import { Tour } from '../tour/Tour';
import { usePlace, type Place } from '../ui/place';
import { JobTray } from './JobTray';
import { Rail } from './Rail';
import classes from './Shell.module.css';
import { TopBar } from './TopBar';

const pages: Readonly<Record<Place, () => React.JSX.Element>> = {
  board: BoardPlace,
  frames: FramesPlace,
  rounds: RoundsPlace,
  models: ModelsPlace,
  migrate: MigratePlace,
  try: TryPlace,
  settings: SettingsPlace,
};

/** The window while a project is open. */
export function Shell({ project }: { readonly project: ProjectView }) {
  const place = usePlace((where) => where.place);
  const Page = pages[place];
  return (
    <div className={classes.shell}>
      <TopBar project={project} />
      <Rail />
      <main className={classes.main} key={place}>
        <Page />
      </main>
      <JobTray />
      <Tour />
    </div>
  );
}
