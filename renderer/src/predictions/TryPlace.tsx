import { Button, Group, Select } from '@mantine/core';
import { IconDeviceMobile, IconPhoto, IconPhotoPlus, IconPhotoScan, IconVideo } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ModelView } from '../../../electron/ipc/contract';
import { SampleButton } from '../start/StartScreen';
import { call } from '../studio';
import { EmptyPlace } from '../ui/EmptyPlace';
import { go, refine, usePlace } from '../ui/place';
import { PlacePage } from '../ui/PlacePage';
import { useStudio } from '../ui/queries';
import { attempt } from '../ui/tell';
import { FramePicker } from './FramePicker';
import { PhonePanel } from './PhonePanel';
import { Stage } from './Stage';
import { tryOut, useTrial } from './trial';
import { Webcam } from './Webcam';

function ModelChoice({ models, model }: { readonly models: readonly ModelView[]; readonly model: ModelView }) {
  const { t } = useTranslation();
  return (
    <Select
      w={200}
      value={model.id}
      data={models.toReversed().map(({ id, name }) => ({ value: id, label: name }))}
      aria-label={t('tryit:model')}
      onChange={(id) => id && refine({ model: id })}
      data-testid="try-model"
    />
  );
}

function Tools({ models, model }: { readonly models: readonly ModelView[]; readonly model: ModelView }) {
  const { t } = useTranslation();
  const serving = (useStudio('serving:state').data ?? null) !== null;
  const choose = async () => {
    const path = (await attempt(call('predictions:choose')))?.[0];
    if (path) tryOut({ kind: 'file', path });
  };
  return (
    <>
      <ModelChoice models={models} model={model} />
      <Button variant={serving ? 'light' : 'default'} leftSection={<IconDeviceMobile size={16} aria-hidden />} onClick={() => useTrial.setState({ phones: true })} data-testid="try-phones">
        {t(serving ? 'phones:buttonOn' : 'phones:button')}
      </Button>
      <Button variant="default" leftSection={<IconVideo size={16} aria-hidden />} onClick={() => useTrial.setState({ webcam: true })} data-testid="try-webcam">
        {t('tryit:webcam')}
      </Button>
      <Button variant="default" leftSection={<IconPhoto size={16} aria-hidden />} onClick={() => useTrial.setState({ picking: true })} data-testid="try-frame">
        {t('tryit:frame')}
      </Button>
      <Button leftSection={<IconPhotoPlus size={16} aria-hidden />} onClick={() => void choose()} data-testid="try-choose">
        {t('tryit:choose')}
      </Button>
    </>
  );
}

/** Show a model a picture and see what it answers. */
export function TryPlace() {
  const { t } = useTranslation();
  const models = useStudio('models:list').data;
  const webcam = useTrial((trial) => trial.webcam);
  const asked = usePlace((where) => where.params.model);
  const model = models?.find(({ id }) => id === asked) ?? models?.at(-1);
  return (
    <PlacePage title={t('common:places.try')} tools={models && model ? <Tools models={models} model={model} /> : null}>
      {models?.length === 0 && (
        <EmptyPlace icon={<IconPhotoScan size={34} stroke={1.5} />} sentence={t('tryit:empty')} hint={t('tryit:emptyHint')} testId="try-empty">
          <Group gap="xs" mt="xs">
            <Button onClick={() => go('rounds')}>{t('family:toRounds')}</Button>
            <SampleButton />
          </Group>
        </EmptyPlace>
      )}
      {model && (webcam ? <Webcam model={model} /> : <Stage model={model} />)}
      {model && <PhonePanel model={model} />}
      {model && <FramePicker />}
    </PlacePage>
  );
}
