import { MantineProvider } from '@mantine/core';
import { ModalsProvider } from '@mantine/modals';
import { Notifications } from '@mantine/notifications';
import { ProposalDialog } from './clips/ProposalDialog';
import { HelpDrawer } from './help/HelpDrawer';
import { useLook } from './settings/look';
import { DropCatcher } from './shell/DropCatcher';
import { Keys } from './shell/Keys';
import { Palette } from './shell/Palette';
import { Shell } from './shell/Shell';
import { StartScreen } from './start/StartScreen';
import { strongSurfaces, surfaces, theme } from './theme';
import { useStudio } from './ui/queries';

function Content() {
  const project = useStudio('projects:current');
  if (project.isPending) return null;
  return (
    <>
      {project.data ? <Shell key={project.data.folder} project={project.data} /> : <StartScreen />}
      <DropCatcher project={project.data ?? null} />
      <ProposalDialog />
      <Palette />
      <HelpDrawer />
      <Keys />
    </>
  );
}

/** The whole window. */
export function App() {
  const { scheme, strong } = useLook();
  return (
    <MantineProvider theme={theme} cssVariablesResolver={strong ? strongSurfaces : surfaces} forceColorScheme={scheme}>
      <ModalsProvider>
        <Notifications position="top-right" limit={4} />
        <Content />
      </ModalsProvider>
    </MantineProvider>
  );
}
