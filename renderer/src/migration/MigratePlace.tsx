import { Button, Group, Select } from '@mantine/core';
import { IconArrowsExchange } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { ModelView } from '../../../electron/ipc/contract';
import { SampleButton } from '../start/StartScreen';
import { EmptyPlace } from '../ui/EmptyPlace';
import { go, refine, usePlace } from '../ui/place';
import { PlacePage } from '../ui/PlacePage';
import { useStudio } from '../ui/queries';
import { ChangeStep } from './ChangeStep';
import { CheckStep } from './CheckStep';
import { KeepStep } from './KeepStep';
import classes from './Migration.module.css';
import { PlanStep } from './PlanStep';
import { draftFor, useDraft, wishOf } from './wish';

function Steps({ model }: { readonly model: ModelView }) {
  const draft = useDraft();
  const wish = wishOf(draft, model);
  return (
    <div className={classes.steps}>
      <ChangeStep model={model} />
      <PlanStep wish={wish} />
      <CheckStep wish={wish} />
      <KeepStep wish={wish} model={model} />
    </div>
  );
}

/** The model that the address asks for, then the one of the draft, then the newest. */
function useModel(models: readonly ModelView[] | undefined): ModelView | null {
  const asked = usePlace((where) => where.params.model);
  const drafted = useDraft((draft) => draft.modelId);
  const model = models?.find(({ id }) => id === (asked ?? drafted)) ?? models?.at(-1) ?? null;
  useEffect(() => {
    if (model && model.id !== drafted) draftFor(model);
  }, [model, drafted]);
  return model && model.id === drafted ? model : null;
}

/** Change the structure of a trained model without starting over: change, plan, check, keep. */
export function MigratePlace() {
  const { t } = useTranslation();
  const models = useStudio('models:list').data;
  const model = useModel(models);
  return (
    <PlacePage
      title={t('common:places.migrate')}
      subtitle={models && models.length > 0 ? t('migrate:claim') : null}
      tools={
        model && (
          <Select
            w={240}
            value={model.id}
            data={(models ?? []).map(({ id, name }) => ({ value: id, label: name }))}
            aria-label={t('migrate:whichModel')}
            onChange={(id) => id && refine({ model: id })}
            data-testid="migrate-model"
          />
        )
      }
      scrolls
    >
      {models?.length === 0 && (
        <EmptyPlace icon={<IconArrowsExchange size={34} stroke={1.5} />} sentence={t('migrate:empty')} hint={t('migrate:emptyHint')} testId="migrate-empty">
          <Group gap="xs" mt="xs">
            <Button onClick={() => go('rounds')}>{t('family:toRounds')}</Button>
            <SampleButton />
          </Group>
        </EmptyPlace>
      )}
      {model && <Steps key={model.id} model={model} />}
    </PlacePage>
  );
}
