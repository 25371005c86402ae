import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconArrowsExchange } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { ModelView } from '../../../electron/ipc/contract';
import { useFormat } from '../ui/format';
import { go } from '../ui/place';
import type { Misfit } from './wish';

/** Weights that do not fit as they are: what to do about it, with the buttons. */
export function MisfitNotice({ misfit, model, fresh, same }: { readonly misfit: Misfit; readonly model: ModelView; readonly fresh: () => void; readonly same: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Alert color="resin" icon={<IconArrowsExchange size={18} aria-hidden />} data-testid="misfit" data-misfit={misfit.kind}>
      <Stack gap="sm">
        <Text>{misfit.kind === 'classes' ? t('ladder:misfitClasses', { model: model.name, count: misfit.names.length, classes: format.list(misfit.names) }) : t('ladder:misfitNetwork', { model: model.name, network: misfit.name })}</Text>
        <Group gap="xs">
          <Button variant="default" onClick={() => go('migrate', { model: model.id })} data-testid="misfit-migrate">
            {t('ladder:migrateFirst', { model: model.name })}
          </Button>
          <Button variant="default" onClick={fresh} data-testid="misfit-fresh">
            {t('ladder:startFresh')}
          </Button>
          {misfit.kind === 'network' && (
            <Button variant="subtle" onClick={same} data-testid="misfit-same">
              {t('ladder:keepNetwork', { model: model.name })}
            </Button>
          )}
        </Group>
      </Stack>
    </Alert>
  );
}
