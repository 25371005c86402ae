import { Badge, Tooltip } from '@mantine/core';
import { IconTilde, IconEqual, IconSeedling } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Grade } from '../../../electron/core/migrations';

const looks = { exact: { icon: IconEqual, color: 'moss' }, close: { icon: IconTilde, color: 'resin' }, start: { icon: IconSeedling, color: 'gray' } } as const;

/** Grade of a row or of a whole plan: word, icon and colour. */
export function GradeBadge({ grade }: { readonly grade: Grade }) {
  const { t } = useTranslation();
  const { icon: GradeIcon, color } = looks[grade];
  return (
    <Tooltip label={t(`migrate:gradeHelp.${grade}`)}>
      <Badge variant="light" color={color} tt="none" fw={600} leftSection={<GradeIcon size={13} stroke={2.4} aria-hidden />} data-testid={`grade-${grade}`} style={{ flex: 'none', minWidth: 'max-content', maxWidth: 'none' }}>
        {t(`migrate:grade.${grade}`)}
      </Badge>
    </Tooltip>
  );
}
