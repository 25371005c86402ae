import { Button, Chip, Group, Input, MultiSelect, NumberInput, SegmentedControl, TagsInput, Text } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ModelView } from '../../../electron/ipc/contract';
import { useFormat } from '../ui/format';
import { useStudio } from '../ui/queries';
import classes from './Migration.module.css';
import { Step } from './Step';
import { StructureView } from './StructureView';
import { draftFor, useDraft, wishOf, type MigrationDraft } from './wish';

const factors = [1, 1.5, 2] as const;

function set(part: Partial<MigrationDraft>): void {
  useDraft.setState(part);
}

function QuickChoices({ model }: { readonly model: ModelView }) {
  const { t } = useTranslation();
  const draft = useDraft();
  const known = useStudio('names:list').data?.classes.map(({ name }) => name) ?? [];
  const { height, width } = model.input;
  const unknown = known.find((name) => !model.classNames.includes(name));
  const bigger = draft.height === height * 2 && draft.width === width * 2;
  const extra = unknown ?? t('migrate:newClass');
  return (
    <Group gap="xs" role="group" aria-label={t('migrate:quick')}>
      <Chip checked={bigger} onChange={() => set(bigger ? { height, width } : { height: height * 2, width: width * 2 })} wrapperProps={{ 'data-testid': 'quick-size' }}>
        {`${width * 2} × ${height * 2}`}
      </Chip>
      {model.input.channels === 1 && (
        <Chip checked={draft.channels === 3} onChange={(checked) => set({ channels: checked ? 3 : 1 })} wrapperProps={{ 'data-testid': 'quick-colour' }}>
          {t('migrate:colour')}
        </Chip>
      )}
      <Chip checked={draft.factor > 1} onChange={(checked) => set({ factor: checked ? 1.5 : 1 })} wrapperProps={{ 'data-testid': 'quick-wider' }}>
        {t('migrate:wider')}
      </Chip>
      <Chip checked={draft.addClasses.length > 0} onChange={(checked) => set({ addClasses: checked ? [extra] : [] })} wrapperProps={{ 'data-testid': 'quick-class' }}>
        {unknown ? t('migrate:oneMoreNamed', { name: unknown }) : t('migrate:oneMore')}
      </Chip>
    </Group>
  );
}

function Size({ name, value, change }: { readonly name: 'width' | 'height'; readonly value: number; readonly change: (value: number) => void }) {
  const { t } = useTranslation();
  return <NumberInput label={t(`migrate:size.${name}`)} suffix=" px" min={8} max={1024} step={32} allowDecimal={false} value={value} onChange={(next) => typeof next === 'number' && next >= 8 && next <= 1024 && change(next)} data-testid={`migrate-${name}`} />;
}

function Fields({ model }: { readonly model: ModelView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const draft = useDraft();
  const known = useStudio('names:list').data?.classes.map(({ name }) => name) ?? [];
  const channels = [...new Set([1, 3, model.input.channels])];
  return (
    <div className={classes.fields}>
      <Size name="width" value={draft.width} change={(width) => set({ width })} />
      <Size name="height" value={draft.height} change={(height) => set({ height })} />
      <Input.Wrapper label={t('migrate:channels')}>
        <SegmentedControl fullWidth value={String(draft.channels)} onChange={(value) => set({ channels: Number(value) })} data={channels.map((count) => ({ value: String(count), label: count === 1 ? t('migrate:oneChannel') : count === 3 ? t('migrate:threeChannels') : String(count) }))} />
      </Input.Wrapper>
      <Input.Wrapper label={t('migrate:factor')}>
        <SegmentedControl fullWidth value={String(draft.factor)} onChange={(value) => set({ factor: Number(value) })} data={factors.map((factor) => ({ value: String(factor), label: factor === 1 ? t('migrate:asItIs') : `× ${format.number(factor)}` }))} />
      </Input.Wrapper>
      <TagsInput size="sm" label={t('migrate:addClasses')} placeholder={draft.addClasses.length === 0 ? t('migrate:addClassesHint') : undefined} maxTags={100} value={[...draft.addClasses]} data={known.filter((name) => !model.classNames.includes(name))} onChange={(addClasses) => set({ addClasses: addClasses.map((name) => name.trim()).filter((name) => name !== '' && !model.classNames.includes(name)) })} data-testid="migrate-add-class" />
      <MultiSelect size="sm" label={t('migrate:removeClasses')} placeholder={draft.removeClasses.length === 0 ? t('migrate:removeClassesHint') : undefined} value={[...draft.removeClasses]} data={[...model.classNames]} onChange={(removeClasses) => removeClasses.length < model.classNames.length && set({ removeClasses })} />
    </div>
  );
}

function Route() {
  const { t } = useTranslation();
  const route = useDraft((draft) => draft.route);
  return (
    <Input.Wrapper label={t('migrate:route')}>
      <Group gap="md" align="center" mt={4}>
        <SegmentedControl
          value={route}
          onChange={(value) => set({ route: value === 'native' ? 'native' : 'exact' })}
          data={[
            { value: 'exact', label: t('migrate:routeExact') },
            { value: 'native', label: t('migrate:routeNative') },
          ]}
          data-testid="migrate-route"
        />
        <Text c="dimmed" size="xs" flex={1} miw={240}>
          {t(`migrate:routeHelp.${route}`)}
        </Text>
      </Group>
    </Input.Wrapper>
  );
}

function BeforeAfter({ model }: { readonly model: ModelView }) {
  const { t } = useTranslation();
  const format = useFormat();
  const draft = useDraft();
  const after = [...model.classNames.filter((name) => !draft.removeClasses.includes(name)), ...draft.addClasses];
  return (
    <div className={classes.beforeAfter}>
      <div>
        <small>{t('migrate:now')}</small>
        <strong>{format.input(model.input)}</strong>
        <span>{t('migrate:classCount', { count: model.classNames.length })}</span>
      </div>
      <IconArrowRight size={22} aria-hidden />
      <div>
        <small>{t('migrate:then')}</small>
        <strong>{format.input({ height: draft.height, width: draft.width, channels: draft.channels })}</strong>
        <span>
          {t('migrate:classCount', { count: after.length })}
          {draft.factor !== 1 && ` · ${t('migrate:widerBy', { factor: format.number(draft.factor) })}`}
        </span>
      </div>
    </div>
  );
}

/** Step 1: what shall be different. */
export function ChangeStep({ model }: { readonly model: ModelView }) {
  const { t } = useTranslation();
  const wish = wishOf(useDraft(), model);
  const changed = wish !== null;
  return (
    <Step
      number={1}
      title={t('migrate:change')}
      done={changed}
      waits={null}
      testId="migrate-change"
      state={
        <Button size="compact-sm" variant="subtle" color="gray" disabled={!changed} onClick={() => draftFor(model)}>
          {t('migrate:reset')}
        </Button>
      }
    >
      <QuickChoices model={model} />
      <BeforeAfter model={model} />
      <Fields model={model} />
      <Route />
      <StructureView model={model} wish={wish} />
    </Step>
  );
}
