import { Button, Chip, Group, Input, MultiSelect, NumberInput, SegmentedControl, Select, TagsInput, Text } from '@mantine/core';
import { IconArrowRight, IconFileImport } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Architecture } from '../../../electron/core/architecture';
import type { ModelView } from '../../../electron/ipc/contract';
import { call } from '../studio';
import { useFormat } from '../ui/format';
import { useStudio } from '../ui/queries';
import { attempt } from '../ui/tell';
import classes from './Migration.module.css';
import { PictureFields } from './PictureFields';
import { Step } from './Step';
import { StructureView } from './StructureView';
import { draftFor, useDraft, wishOf, withArchitecture, type MigrationDraft } from './wish';

const factors = [0.5, 0.75, 1, 1.5, 2] as const;
const places = ['front', 'middle', 'top'] as const;
const starts = ['silent', 'centred', 'imprint', 'logistic'] as const;

/** A change of the structure: what the last decision about a pair did is no news any more. */
function set(part: Partial<MigrationDraft>): void {
  useDraft.setState({ pairChange: null, ...part });
}

/** Narrower layers have no exact route: they are planned as they are. */
function setFactor(factor: number): void {
  set(factor < 1 ? { factor, route: 'native' } : { factor });
}

function QuickChip({ id, checked, set: toggle, children }: { readonly id: string; readonly checked: boolean; readonly set: (checked: boolean) => void; readonly children: string }) {
  return (
    <Chip checked={checked} onChange={toggle} wrapperProps={{ 'data-testid': `quick-${id}` }}>
      {children}
    </Chip>
  );
}

function FromFile({ source }: { readonly source: Architecture | undefined }) {
  const { t } = useTranslation();
  const choose = async () => {
    const architecture = await attempt(call('migrations:chooseArchitecture'));
    if (architecture && source) useDraft.setState((draft) => withArchitecture(draft, source, architecture));
  };
  return (
    <Button size="compact-sm" variant="default" radius="xl" disabled={!source} leftSection={<IconFileImport size={15} aria-hidden />} onClick={() => void choose()} data-testid="quick-file">
      {t('migrate:fromFile')}
    </Button>
  );
}

function QuickChoices({ model, source }: { readonly model: ModelView; readonly source: Architecture | undefined }) {
  const { t } = useTranslation();
  const draft = useDraft();
  const known = useStudio('names:list').data?.classes.map(({ name }) => name) ?? [];
  const { height, width } = model.input;
  const unknown = known.find((name) => !model.classNames.includes(name));
  const extra = unknown ?? t('migrate:newClass');
  const square = height === width && height !== 64 ? [128] : [];
  const sizes = [...new Set([width * 2, ...square, ...(height % 2 === 0 && width % 2 === 0 && Math.min(height, width) >= 16 ? [width / 2] : [])])].filter((size) => size !== width && size <= 1024);
  const isSize = (size: number) => draft.width === size && draft.height === Math.round((height * size) / width);
  return (
    <Group gap="xs" role="group" aria-label={t('migrate:quick')}>
      {sizes.map((size) => (
        <QuickChip key={size} id={size === width * 2 ? 'size' : size === width / 2 ? 'half' : `size-${size}`} checked={isSize(size)} set={(checked) => set(checked ? { width: size, height: Math.round((height * size) / width) } : { height, width })}>
          {`${size} × ${Math.round((height * size) / width)}`}
        </QuickChip>
      ))}
      <QuickChip id="colour" checked={draft.channels !== model.input.channels} set={(checked) => set({ channels: checked ? (model.input.channels === 1 ? 3 : 1) : model.input.channels })}>
        {t(model.input.channels === 1 ? 'migrate:colour' : 'migrate:gray')}
      </QuickChip>
      <QuickChip id="wider" checked={draft.factor > 1} set={(checked) => setFactor(checked ? 1.5 : 1)}>
        {t('migrate:wider')}
      </QuickChip>
      <QuickChip id="narrower" checked={draft.factor < 1} set={(checked) => setFactor(checked ? 0.5 : 1)}>
        {t('migrate:narrower')}
      </QuickChip>
      <QuickChip id="class" checked={draft.addClasses.length > 0} set={(checked) => set({ addClasses: checked ? [extra] : [] })}>
        {unknown ? t('migrate:oneMoreNamed', { name: unknown }) : t('migrate:oneMore')}
      </QuickChip>
      <FromFile source={source} />
    </Group>
  );
}

function AddLayer() {
  const { t } = useTranslation();
  const addLayer = useDraft((draft) => draft.addLayer);
  return (
    <Select
      label={t('migrate:addLayer')}
      value={addLayer ?? 'none'}
      data={[{ value: 'none', label: t('migrate:addLayerAt.none') }, ...places.map((place) => ({ value: place, label: t(`migrate:addLayerAt.${place}`) }))]}
      onChange={(value) => set({ addLayer: places.find((place) => place === value) ?? null })}
      data-testid="migrate-add-layer"
    />
  );
}

function ClassStart() {
  const { t } = useTranslation();
  const start = useDraft((draft) => draft.newClassStart);
  return (
    <Select
      label={t('migrate:newClassStart')}
      value={start ?? 'auto'}
      data={[{ value: 'auto', label: t('migrate:classStart.auto') }, ...starts.map((way) => ({ value: way, label: t(`migrate:classStart.${way}`) }))]}
      onChange={(value) => set({ newClassStart: starts.find((way) => way === value) ?? null })}
      data-testid="migrate-class-start"
    />
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
      <Select label={t('migrate:factor')} value={String(draft.factor)} data={factors.map((factor) => ({ value: String(factor), label: factor === 1 ? t('migrate:asItIs') : `× ${format.number(factor)}` }))} onChange={(value) => value && setFactor(Number(value))} data-testid="migrate-factor" />
      <TagsInput size="sm" label={t('migrate:addClasses')} placeholder={draft.addClasses.length === 0 ? t('migrate:addClassesHint') : undefined} maxTags={100} value={[...draft.addClasses]} data={known.filter((name) => !model.classNames.includes(name))} onChange={(addClasses) => set({ addClasses: addClasses.map((name) => name.trim()).filter((name) => name !== '' && !model.classNames.includes(name)) })} data-testid="migrate-add-class" />
      <MultiSelect size="sm" label={t('migrate:removeClasses')} placeholder={draft.removeClasses.length === 0 ? t('migrate:removeClassesHint') : undefined} value={[...draft.removeClasses]} data={[...model.classNames]} onChange={(removeClasses) => removeClasses.length < model.classNames.length && set({ removeClasses })} data-testid="migrate-remove-class" />
      {draft.addClasses.length > 0 && <ClassStart />}
      <AddLayer />
      <PictureFields model={model} />
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
          {draft.factor > 1 && ` · ${t('migrate:widerBy', { factor: format.number(draft.factor) })}`}
          {draft.factor < 1 && ` · ${t('migrate:narrowerBy', { share: format.percent(draft.factor, 0) })}`}
        </span>
      </div>
    </div>
  );
}

/** Step 1: what shall be different. */
export function ChangeStep({ model }: { readonly model: ModelView }) {
  const { t } = useTranslation();
  const source = useStudio('models:summary', model.id).data?.architecture;
  const changed = wishOf(useDraft(), model) !== null;
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
      <QuickChoices model={model} source={source} />
      <BeforeAfter model={model} />
      <Fields model={model} />
      <Route />
      {source && <StructureView model={model} source={source} />}
    </Step>
  );
}
