import { Kbd, Text, UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ClassDot } from '../ui/ClassDot';
import { MiddleCut } from '../ui/MiddleCut';
import type { Shown } from './FrameGrid';
import classes from './Frames.module.css';
import { labelFrames, toggleExcluded } from './labeling';

/** What the keys do with the chosen frames; also for the mouse. `large`: under the one frame that is open. */
export function ClassKeys({ shown, large = false }: { readonly shown: Shown; readonly large?: boolean }) {
  const { t } = useTranslation();
  const { selection, names, columns } = shown;
  const ids = [...selection.ids];
  const idle = ids.length === 0;
  return (
    <div className={classes.keys} role="toolbar" aria-label={t('grid:labelWith')}>
      {!large && (
        <Text size="xs" c="dimmed" className="numbers" miw={110} data-testid="frames-selected">
          {idle ? t('grid:chooseFirst') : t('grid:selected', { count: ids.length })}
        </Text>
      )}
      {names.classes
        .filter(({ hidden }) => !hidden)
        .slice(0, 10)
        .map((view, index) => (
          <UnstyledButton key={view.id} className={classes.key} disabled={idle} onClick={() => void labelFrames(ids, view)} data-testid={`label-${view.name}`}>
            <Kbd size="xs">{(index + 1) % 10}</Kbd>
            <ClassDot colour={view.colour} />
            <MiddleCut text={view.name} />
          </UnstyledButton>
        ))}
      <UnstyledButton className={classes.key} disabled={idle} onClick={() => void toggleExcluded(columns, ids)} data-testid="exclude">
        <Kbd size="xs">X</Kbd>
        {t('grid:exclude')}
      </UnstyledButton>
      {!large && (
        <Text size="xs" c="dimmed" ml="auto">
          <Kbd size="xs">Enter</Kbd> {t('grid:openKey')}
        </Text>
      )}
    </div>
  );
}
