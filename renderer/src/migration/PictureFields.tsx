import { Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { FirstKernels, OldPicturesWish } from '../../../electron/core/migrations';
import type { ModelView } from '../../../electron/ipc/contract';
import { channelChoices, sizeChoiceOf, sizeChoices } from './oldPictures';
import { useDraft } from './wish';

const kernelChoices: readonly FirstKernels[] = ['copied', 'spread', 'stuffed'];

function change(part: OldPicturesWish): void {
  useDraft.setState((draft) => ({ pairChange: null, oldPictures: { ...draft.oldPictures, ...part } }));
}

/** How the old pictures relate to the new ones: asked only where there is a choice. */
export function PictureFields({ model }: { readonly model: ModelView }) {
  const { t } = useTranslation();
  const { height, width, channels, route, oldPictures, firstKernels } = useDraft();
  const next = { height, width, channels };
  const ways = channelChoices(model.input.channels, channels);
  const sizes = sizeChoices(model.input, next);
  const view = oldPictures ?? {};
  return (
    <>
      {sizes.length > 0 && (
        <Select
          label={t('migrate:oldSize.label')}
          value={sizeChoiceOf(view)}
          data={sizes.map((choice) => ({ value: choice, label: t(`migrate:oldSize.${choice}`) }))}
          onChange={(value) => {
            const choice = sizes.find((other) => other === value) ?? 'area';
            change(choice === 'inside' ? { pixels: 'area', inside: 'centre' } : { pixels: choice, inside: undefined });
          }}
          data-testid="migrate-old-size"
        />
      )}
      {ways.length > 0 && (
        <Select
          label={t('migrate:oldChannels.label')}
          value={view.channels ?? 'luma'}
          data={ways.map((way) => ({ value: way, label: t(way === 'luma' && channels === model.input.channels ? 'migrate:oldChannels.same' : `migrate:oldChannels.${way}`) }))}
          onChange={(value) => change({ channels: ways.find((way) => way === value) })}
          data-testid="migrate-old-channels"
        />
      )}
      {route === 'native' && sizes.includes('repeated') && (
        <Select
          label={t('migrate:firstKernels.label')}
          value={firstKernels}
          data={kernelChoices.map((way) => ({ value: way, label: t(`migrate:firstKernels.${way}`) }))}
          onChange={(value) => useDraft.setState({ pairChange: null, firstKernels: kernelChoices.find((way) => way === value) ?? 'copied' })}
          data-testid="migrate-first-kernels"
        />
      )}
    </>
  );
}
