import { Alert, Button, Group, Text, TextInput } from '@mantine/core';
import { IconCircleCheck, IconDeviceFloppy, IconLadder, IconPhotoScan, IconPlayerPlay } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Recipe } from '../../../electron/core/recipe';
import type { MigrationWish, ModelView } from '../../../electron/ipc/contract';
import { call } from '../studio';
import { go, refine, usePlace } from '../ui/place';
import { forgetTouched, useStudioWhen } from '../ui/queries';
import { say } from '../ui/sentences';
import { attempt } from '../ui/tell';
import classes from './Migration.module.css';
import { nowhere } from './PlanStep';
import { Step } from './Step';
import { proposeName, useDraft, wishKey } from './wish';

/** Starts the round of the recipe and shows it; what goes wrong is told wherever the user is by then. */
async function trainOn(model: ModelView): Promise<void> {
  go('rounds');
  const round = await attempt(call('migrations:fineTune', model.id));
  forgetTouched('rounds');
  if (round && usePlace.getState().place === 'rounds') refine({ show: String(round.number) });
}

/** How to train on, in words. */
function RecipeCard({ recipe }: { readonly recipe: Recipe }) {
  const { t } = useTranslation();
  const { epochs = 0, learningRate = 0 } = recipe.config;
  return (
    <div data-testid="migrate-recipe">
      <Text fw={600}>{t('migrate:recipe')}</Text>
      <Text>{t('migrate:recipeNumbers', { epochs, rate: learningRate })}</Text>
      <ul className={classes.recipe}>
        {recipe.reasons.map((reason) => (
          <li key={reason.key}>{say(t, reason)}</li>
        ))}
      </ul>
    </div>
  );
}

function Kept({ model }: { readonly model: ModelView }) {
  const { t } = useTranslation();
  return (
    <Alert color="moss" icon={<IconCircleCheck size={20} aria-hidden />} data-testid="migrate-kept">
      <Text mb="sm">{t('migrate:kept', { name: model.name })}</Text>
      <Group gap="xs">
        <Button leftSection={<IconPlayerPlay size={16} aria-hidden />} onClick={() => void trainOn(model)} data-testid="migrate-train">
          {t('migrate:trainOn')}
        </Button>
        <Button variant="default" leftSection={<IconLadder size={16} aria-hidden />} onClick={() => go('rounds', { show: 'next', from: model.id })} data-testid="migrate-train-other">
          {t('migrate:trainOther')}
        </Button>
        <Button variant="default" leftSection={<IconPhotoScan size={16} aria-hidden />} onClick={() => go('try', { model: model.id })}>
          {t('family:try')}
        </Button>
        <Button variant="default" onClick={() => go('models', { model: model.id })}>
          {t('migrate:show')}
        </Button>
      </Group>
    </Alert>
  );
}

/** Step 4: a name, and the new model is there; its parent is the old one. */
export function KeepStep({ wish, model }: { readonly wish: MigrationWish | null; readonly model: ModelView }) {
  const { t } = useTranslation();
  const draft = useDraft();
  const key = wishKey(wish);
  const [typed, setTyped] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const name = typed ?? proposeName(draft, model);
  const passed = draft.check?.key === key && draft.check.result.passed;
  const kept = wish !== null && draft.kept?.key === key ? draft.kept.model : null;
  const grade = draft.check?.key === key ? draft.check.result.grade : null;
  const recipe = useStudioWhen({ enabled: wish !== null && grade !== null && passed, quiet: true }, 'migrations:proposeRecipe', wish ?? nowhere, grade ?? 'start').data;
  const keep = async (andTrain: boolean) => {
    if (!wish) return;
    setBusy(true);
    const made = await attempt(call('migrations:keep', wish, name.trim()));
    if (made) {
      useDraft.setState({ kept: { key, model: made } });
      setTyped(null);
      forgetTouched('models');
      if (andTrain) void trainOn(made);
    }
    setBusy(false);
  };
  const failed = draft.check?.key === key && !draft.check.result.passed;
  return (
    <Step number={4} title={t('migrate:keep')} done={kept !== null} waits={passed || kept ? null : t(failed ? 'migrate:keepFailed' : 'migrate:keepWaits')} testId="migrate-keep-step" state={null}>
      {recipe && <RecipeCard recipe={recipe} />}
      {kept ? (
        <Kept model={kept} />
      ) : (
        <Group align="flex-end" gap="sm">
          <TextInput w={320} label={t('migrate:name')} value={name} maxLength={80} onChange={(event) => setTyped(event.currentTarget.value)} onKeyDown={(event) => event.key === 'Enter' && void keep(false)} data-testid="migrate-name" />
          <Button variant="default" loading={busy} disabled={name.trim() === ''} leftSection={<IconDeviceFloppy size={16} aria-hidden />} onClick={() => void keep(false)} data-testid="migrate-keep">
            {t('migrate:save')}
          </Button>
          <Button disabled={busy || name.trim() === ''} leftSection={<IconPlayerPlay size={16} aria-hidden />} onClick={() => void keep(true)} data-testid="migrate-keep-train">
            {t('migrate:saveAndTrain')}
          </Button>
        </Group>
      )}
    </Step>
  );
}
