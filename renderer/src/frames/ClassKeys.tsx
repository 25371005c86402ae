import { Kbd, Text, Tooltip, UnstyledButton } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useKeyName } from '../keys/useKeys';
import { ClassDot } from '../ui/ClassDot';
import { MiddleCut } from '../ui/MiddleCut';
import type { Shown } from './FrameGrid';
import classes from './Frames.module.css';
import { excludeFrames, labelFrames, toggleExcluded } from './labeling';
import { thinned } from './stacks';

interface KeyProps {
  /** The command whose key is shown. */
  readonly command: string;
  readonly hint: string;
  readonly disabled: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
  readonly testId: string;
}

function Key({ command, hint, disabled, onClick, children, testId }: KeyProps) {
  const key = useKeyName()(command);
  return (
    <Tooltip label={hint} openDelay={500} multiline maw={300}>
      <UnstyledButton className={classes.key} disabled={disabled} onClick={onClick} data-testid={testId}>
        {key !== '' && <Kbd size="xs">{key}</Kbd>}
        {children}
      </UnstyledButton>
    </Tooltip>
  );
}

/** What can be done with the chosen stacks; only while there are any. */
function StackKeys({ shown }: { readonly shown: Shown }) {
  const { t } = useTranslation();
  const { columns, selection, stacks, toggleStacks } = shown;
  const tiles = [...selection.ids].filter((id) => stacks.has(id));
  if (tiles.length === 0) return null;
  const out = thinned(columns, tiles, stacks);
  const allOpen = tiles.every((id) => stacks.get(id)?.open);
  return (
    <>
      <span className={classes.keyGap} />
      <Key command="frames.stack" hint={t('grid:stackHint')} disabled={false} onClick={() => toggleStacks(tiles)} testId="stack-toggle">
        {t(allOpen ? 'grid:closeStack' : 'grid:openStack')}
      </Key>
      <Key command="frames.thin" hint={t('grid:thinHint', { count: out.length })} disabled={out.length === 0} onClick={() => void excludeFrames(out, true)} testId="stack-thin">
        {t('grid:thin')}
      </Key>
    </>
  );
}

function GridHints() {
  const { t } = useTranslation();
  const key = useKeyName();
  return (
    <Text size="xs" c="dimmed" ml="auto" className={classes.hints}>
      {[['frames.open', 'grid:openKey'], ['frames.all', 'grid:allKey'], ['frames.none', 'grid:noneKey']].map(([command = '', text = '']) => (
        <span key={command}>
          <Kbd size="xs">{key(command)}</Kbd> {t(text)}
        </span>
      ))}
    </Text>
  );
}

/** What the keys do with the chosen frames; also for the mouse. `large`: under the one frame that is open. */
export function ClassKeys({ shown, large = false }: { readonly shown: Shown; readonly large?: boolean }) {
  const { t } = useTranslation();
  const { chosen, names, columns } = shown;
  const idle = chosen.length === 0;
  return (
    <div className={classes.keys} role="toolbar" aria-label={t('grid:labelWith')}>
      {!large && (
        <Text size="xs" c="dimmed" className="numbers" miw={110} data-testid="frames-selected" data-count={chosen.length}>
          {idle ? t('grid:chooseFirst') : t('grid:selected', { count: chosen.length })}
        </Text>
      )}
      {names.classes
        .filter(({ hidden }) => !hidden)
        .slice(0, 10)
        .map((view, index) => (
          <Key key={view.id} command={`label.${index + 1}`} hint={t('grid:labelHint', { class: view.name })} disabled={idle} onClick={() => void labelFrames(chosen, view)} testId={`label-${view.name}`}>
            <ClassDot colour={view.colour} />
            <MiddleCut text={view.name} />
          </Key>
        ))}
      <Key command="exclude" hint={t('grid:excludeHint')} disabled={idle} onClick={() => void toggleExcluded(columns, chosen)} testId="exclude">
        {t('grid:exclude')}
      </Key>
      {!large && <StackKeys shown={shown} />}
      {!large && <GridHints />}
    </div>
  );
}
