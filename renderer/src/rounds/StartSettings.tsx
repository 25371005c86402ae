import { ActionIcon, Button, Input, NumberInput, SegmentedControl, Select, Text, Tooltip } from '@mantine/core';
import { IconHammer, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Architecture } from '../../../electron/core/architecture';
import { buildPreset } from '../../../electron/core/presets';
import type { ModelView, NextRound } from '../../../electron/ipc/contract';
import { ArchitectureBuilder } from '../architecture/ArchitectureBuilder';
import { call } from '../studio';
import { queries, useStudio } from '../ui/queries';
import { attempt } from '../ui/tell';
import classes from './Settings.module.css';
import { withoutLayers } from './tuning';
import { chosenNetwork, inputOf, withStart, type NetworkChoice, type RoundForm } from './wish';

interface Props {
  readonly next: NextRound;
  readonly models: readonly ModelView[];
  readonly form: RoundForm;
  readonly change: (part: Partial<RoundForm>) => void;
  /** The network of the start model. */
  readonly own: Architecture | null;
}

function Network({ next, form, change, own }: Omit<Props, 'models'>) {
  const { t } = useTranslation();
  const saved = useStudio('architectures:list').data ?? [];
  const [building, setBuilding] = useState(false);
  const classesOfRound = Math.max(2, next.classNames.length);
  const first = chosenNetwork(form, saved, inputOf(form), classesOfRound) ?? own ?? buildPreset('small', inputOf(form), classesOfRound);
  const chosen = form.network.startsWith('saved:') ? form.network.slice('saved:'.length) : null;
  const remove = async (name: string): Promise<void> => {
    await attempt(call('architectures:remove', name));
    await queries.invalidateQueries({ queryKey: ['architectures:list'] });
    change({ network: form.from === 'none' ? 'preset:small' : 'model' });
  };
  const say = (name: string, parameters: number): string => `${name} (${t('common:parameters', { count: parameters })})`;
  return (
    <>
      <Select
        label={t('ladder:field.preset')}
        description={t('ladder:help.preset')}
        value={form.network}
        data={[
          ...(own ? [{ value: 'model', label: t('ladder:sameNetwork', { name: own.name }) }] : []),
          { group: t('builder:presets'), items: next.presets.map(({ name, parameters }) => ({ value: `preset:${name}`, label: say(name, parameters) })) },
          ...(saved.length > 0 ? [{ group: t('builder:saved'), items: saved.map(({ name, parameters }) => ({ value: `saved:${name}`, label: say(name, parameters) })) }] : []),
        ]}
        onChange={(network) => {
          if (!network) return;
          const kept = saved.find(({ name }) => `saved:${name}` === network)?.architecture.input;
          change({ network: network as NetworkChoice, ...(kept ? { size: kept.height, channels: kept.channels === 1 ? 1 : 3 } : {}) });
        }}
        data-testid="config-preset"
      />
      <div className={classes.buildRow}>
        <Button variant="default" leftSection={<IconHammer size={16} aria-hidden />} onClick={() => setBuilding(true)} data-testid="open-builder">
          {t('builder:open')}
        </Button>
        {chosen && (
          <Tooltip label={t('builder:removeSaved', { name: chosen })}>
            <ActionIcon aria-label={t('builder:removeSaved', { name: chosen })} onClick={() => void remove(chosen)} data-testid="remove-architecture">
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
        )}
      </div>
      {building && (
        <ArchitectureBuilder
          classNames={next.classNames}
          first={first}
          close={() => setBuilding(false)}
          took={(name, { input }) => change({ network: `saved:${name}`, size: input.height, channels: input.channels === 1 ? 1 : 3 })}
        />
      )}
    </>
  );
}

function Picture({ form, change }: Pick<Props, 'form' | 'change'>) {
  const { t } = useTranslation();
  return (
    <>
      <NumberInput label={t('ladder:field.size')} description={t('ladder:help.size')} suffix=" px" value={form.size} min={16} max={1024} step={16} onChange={(value) => typeof value === 'number' && value >= 16 && value <= 1024 && change({ size: Math.round(value) })} data-testid="config-size" />
      <Input.Wrapper label={t('ladder:field.channels')} description={t('ladder:help.channels')}>
        <SegmentedControl
          fullWidth
          mt={5}
          value={String(form.channels)}
          onChange={(value) => change({ channels: value === '1' ? 1 : 3 })}
          data={[
            { value: '3', label: t('ladder:colour') },
            { value: '1', label: t('ladder:gray') },
          ]}
        />
      </Input.Wrapper>
    </>
  );
}

/** Whose weights a round begins with, and which network. */
export function StartSettings({ next, models, form, change, own }: Props) {
  const { t } = useTranslation();
  return (
    <fieldset className={classes.group} data-testid="settings-start">
      <legend>
        {t('tuning:group.start')}
        <small>{t('tuning:groupHelp.start')}</small>
      </legend>
      <div className={classes.fields}>
        <Select
          label={t('ladder:field.from')}
          description={t('ladder:help.from')}
          value={form.from}
          data={[
            ...(next.startModel ? [{ value: 'last', label: t('ladder:lastModel', { model: next.startModel.name }) }] : []),
            ...models.filter(({ id }) => id !== next.startModel?.id || form.from === id).map(({ id, name }) => ({ value: id, label: name })),
            { value: 'none', label: t('ladder:fresh') },
          ]}
          onChange={(from) => from && change({ ...withStart(form, from), config: withoutLayers(form.config) })}
          data-testid="config-from"
        />
        {form.from === 'none' && <Picture form={form} change={change} />}
        <Network next={next} form={form} change={change} own={form.from === 'none' ? null : own} />
        {form.from !== 'none' && (
          <Text c="dimmed" size="xs" className={classes.wide}>
            {t('ladder:keepsShape')}
          </Text>
        )}
      </div>
    </fieldset>
  );
}
