import { Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useStudio } from '../ui/queries';
import { useKeyName } from '../keys/useKeys';
import { actions, type Action } from './actions';

const groups: readonly Action['group'][] = ['edit', 'go', 'project', 'help', 'look'];

/** Every action by name. */
export function Palette() {
  const { t } = useTranslation();
  const open = useStudio('projects:current').data != null;
  const keyName = useKeyName();
  const data: SpotlightActionGroupData[] = groups.map((group) => ({
    group: t(`common:palette.${group}`),
    actions: actions
      .filter((action) => action.group === group && (open || !action.needsProject))
      .map((action) => ({
        id: action.id,
        label: t(action.title),
        leftSection: <action.icon size={18} stroke={1.6} aria-hidden />,
        rightSection: keyName(action.id) ? <kbd style={{ font: 'inherit', fontSize: 12, color: 'var(--mantine-color-dimmed)' }}>{keyName(action.id)}</kbd> : undefined,
        onClick: action.run,
      })),
  }));
  return (
    <Spotlight
      actions={data}
      shortcut={null}
      nothingFound={t('common:palette.nothing')}
      highlightQuery
      scrollable
      maxHeight={420}
      attributes={{ content: { 'aria-label': t('common:palette.button') } }}
      searchProps={{ leftSection: <IconSearch size={18} aria-hidden />, placeholder: t('common:palette.placeholder'), 'aria-label': t('common:palette.placeholder') }}
    />
  );
}
