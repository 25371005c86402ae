import { Button, Group, UnstyledButton } from '@mantine/core';
import { IconArrowsExchange, IconBinaryTree2, IconCornerDownRight, IconDownload, IconSchool } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModelView } from '../../../electron/ipc/contract';
import { SampleButton } from '../start/StartScreen';
import { EmptyPlace } from '../ui/EmptyPlace';
import { useFormat } from '../ui/format';
import { MiddleCut } from '../ui/MiddleCut';
import { go, refine, usePlace } from '../ui/place';
import { PlacePage } from '../ui/PlacePage';
import { useStudio } from '../ui/queries';
import { familyLines, type FamilyMember } from './family';
import { chooseModelFile } from './importState';
import { ImportSheet } from './ImportSheet';
import { ModelDetails } from './ModelDetails';
import classes from './Models.module.css';

const originIcons = { trained: IconSchool, migrated: IconArrowsExchange, imported: IconDownload } as const;

function Member({ member: { model, depth }, chosen }: { readonly member: FamilyMember; readonly chosen: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const OriginIcon = originIcons[model.origin];
  return (
    <li style={{ paddingLeft: Math.min(depth, 6) * 16 }}>
      <UnstyledButton className={classes.member} aria-current={chosen ? 'true' : undefined} onClick={() => refine({ model: model.id })} data-testid={`model-${model.name}`}>
        {depth > 0 && <IconCornerDownRight size={15} className={classes.branch} aria-hidden />}
        <OriginIcon size={18} stroke={1.7} aria-label={t(`family:origin.${model.origin}`)} className={classes.origin} />
        <span className={classes.memberBody}>
          <strong>
            <MiddleCut text={model.name} tail={11} />
          </strong>
          <small>{format.input(model.input)}</small>
        </span>
        <span className={classes.memberResult}>{format.percent(model.accuracy)}</span>
      </UnstyledButton>
    </li>
  );
}

function Family({ models }: { readonly models: readonly ModelView[] }) {
  const { t } = useTranslation();
  const asked = usePlace((where) => where.params.model);
  const lines = useMemo(() => familyLines(models), [models]);
  const chosen = models.find(({ id }) => id === asked) ?? (models.at(-1) as ModelView);
  return (
    <div className={classes.place}>
      <ul className={classes.family} aria-label={t('family:tree')}>
        {lines.map((member) => (
          <Member key={member.model.id} member={member} chosen={member.model.id === chosen.id} />
        ))}
      </ul>
      <div className={classes.details}>
        <ModelDetails key={chosen.id} model={chosen} models={models} />
      </div>
    </div>
  );
}

function ImportButton() {
  const { t } = useTranslation();
  return (
    <Button variant="default" leftSection={<IconDownload size={16} aria-hidden />} onClick={() => void chooseModelFile()} title={t('imports:dropHint')} data-testid="model-import">
      {t('imports:button')}
    </Button>
  );
}

/** All models of the project, with where they come from. */
export function ModelsPlace() {
  const { t } = useTranslation();
  const models = useStudio('models:list').data;
  return (
    <PlacePage title={t('common:places.models')} tools={<ImportButton />} subtitle={models && models.length > 0 ? t('family:count', { count: models.length }) : null}>
      {models?.length === 0 && (
        <EmptyPlace icon={<IconBinaryTree2 size={34} stroke={1.5} />} sentence={t('family:empty')} hint={t('family:emptyHint')} testId="models-empty">
          <Group gap="xs" mt="xs">
            <Button onClick={() => go('rounds')}>{t('family:toRounds')}</Button>
            <SampleButton />
          </Group>
        </EmptyPlace>
      )}
      {models && models.length > 0 && <Family models={models} />}
      <ImportSheet />
    </PlacePage>
  );
}
