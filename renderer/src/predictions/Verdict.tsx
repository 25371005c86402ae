import { Autocomplete, Button, Group, Kbd, Popover, Text, UnstyledButton } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PredictionSource, PredictionView } from '../../../electron/ipc/contract';
import { labelPlace, pressed, useKeyName, usePlaceKeys } from '../keys/useKeys';
import { call } from '../studio';
import { ClassDot } from '../ui/ClassDot';
import { MiddleCut } from '../ui/MiddleCut';
import { useStudio } from '../ui/queries';
import { tellChange } from '../ui/tell';
import classes from './Try.module.css';
import { useTrial } from './trial';

/** Where the pictures are taken: asked once, then only shown. */
function BackgroundQuestion({ onChosen }: { readonly onChosen: (background: string | null) => void }) {
  const { t } = useTranslation();
  const backgrounds = useStudio('names:list').data?.backgrounds.filter(({ hidden }) => !hidden) ?? [];
  const [text, setText] = useState('');
  return (
    <form
      className={classes.question}
      onSubmit={(event) => {
        event.preventDefault();
        onChosen(text.trim() === '' ? null : text.trim());
      }}
    >
      <Text fw={550}>{t('tryit:whereTaken')}</Text>
      <Autocomplete data={backgrounds.map(({ name }) => name)} value={text} onChange={setText} maxLength={80} placeholder={t('tryit:backgroundName')} aria-label={t('tryit:whereTaken')} comboboxProps={{ withinPortal: false }} data-autofocus data-testid="try-background" />
      <Group gap="xs" mt="xs">
        <Button type="submit" disabled={text.trim() === ''} data-testid="try-background-keep">{t('tryit:keepThere')}</Button>
        <Button variant="subtle" onClick={() => onChosen(null)}>{t('tryit:leaveOpen')}</Button>
      </Group>
    </form>
  );
}

/** Right, or which class it is: the picture waits in the next round as a labeled frame. One key for each class. */
export function Verdict({ source, prediction }: { readonly source: PredictionSource; readonly prediction: PredictionView }) {
  const { t } = useTranslation();
  const key = useKeyName();
  const names = useStudio('names:list').data?.classes.filter(({ hidden }) => !hidden) ?? [];
  const { kept, background } = useTrial();
  const [asking, setAsking] = useState<string | null>(null);
  const undone = (useStudio('labels:state').data?.redo ?? null) !== null;
  useEffect(() => {
    // What was kept was taken back.
    if (undone) useTrial.setState({ kept: null });
  }, [undone]);
  const keep = async (name: string, where: string | null) => {
    setAsking(null);
    useTrial.setState({ background: where });
    if (await tellChange(call('predictions:keep', source, name, where))) useTrial.setState({ kept: name });
  };
  const choose = (name: string | undefined): boolean => {
    if (name === undefined) return false;
    // A frame has its background already.
    if (source.kind !== 'frame' && background === undefined) setAsking(name);
    else void keep(name, background ?? null);
    return true;
  };
  usePlaceKeys((event) => {
    const place = labelPlace(pressed(event, ['labels']));
    return place !== null && choose(names[place]?.name);
  });
  return (
    <section className={classes.verdict} aria-label={t('tryit:verdict')}>
      <Text fw={550}>{t('tryit:verdict')}</Text>
      <Popover opened={asking !== null} onChange={(open) => !open && setAsking(null)} position="top-start" width={320} shadow="md" trapFocus>
        <Popover.Target>
          <div className={classes.labels} role="toolbar" aria-label={t('tryit:verdict')}>
            {names.map(({ id, name, colour }, index) => (
              <UnstyledButton key={id} className={classes.label} onClick={() => choose(name)} aria-pressed={kept === name} data-likely={name === prediction.class || undefined} data-testid={`try-label-${name}`}>
                {index < 10 && <Kbd size="xs">{key(`label.${index + 1}`)}</Kbd>}
                <ClassDot colour={colour} />
                <MiddleCut text={name} />
              </UnstyledButton>
            ))}
          </div>
        </Popover.Target>
        <Popover.Dropdown>{asking !== null && <BackgroundQuestion onChosen={(where) => void keep(asking, where)} />}</Popover.Dropdown>
      </Popover>
      <Text size="xs" c="dimmed" data-testid="try-kept">
        {kept === null ? t('tryit:verdictHelp') : t('tryit:kept', { class: kept })}
      </Text>
      {source.kind !== 'frame' && background !== undefined && (
        <Group gap={6} wrap="nowrap">
          <Text size="xs" c="dimmed" truncate>{background === null ? t('tryit:backgroundOpen') : t('tryit:backgroundIs', { name: background })}</Text>
          <Button size="compact-xs" variant="subtle" onClick={() => useTrial.setState({ background: undefined })}>{t('tryit:changeBackground')}</Button>
        </Group>
      )}
    </section>
  );
}
