import { Autocomplete, Box, Button, Checkbox, Collapse, Group, Modal, Stack, Table, Text } from '@mantine/core';
import { IconArrowsExchange, IconChevronDown, IconChevronUp, IconMovie, IconPhoto } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { defaultSampling, formatSampling, type Sampling } from '../../../electron/core/clips';
import type { ClipProposal } from '../../../electron/ipc/contract';
import { MiddleCut } from '../ui/MiddleCut';
import { useStudio } from '../ui/queries';
import { importClips, useDrop } from './importing';
import { SamplingField, samplingText } from './SamplingDialog';

interface Row extends ClipProposal {
  readonly chosen: boolean;
}

interface Known {
  readonly classes: string[];
  readonly backgrounds: string[];
}

function useKnown(): Known {
  const names = useStudio('names:list').data;
  return { classes: names?.classes.map(({ name }) => name) ?? [], backgrounds: names?.backgrounds.map(({ name }) => name) ?? [] };
}

function NameField(props: { readonly label: string; readonly value: string | null; readonly data: string[]; readonly placeholder: string; readonly onChange: (value: string | null) => void; readonly testId?: string }) {
  return (
    <Autocomplete
      size="xs"
      aria-label={props.label}
      value={props.value ?? ''}
      data={props.data}
      placeholder={props.placeholder}
      maxLength={80}
      onChange={(value) => props.onChange(value === '' ? null : value)}
      comboboxProps={{ withinPortal: true }}
      data-testid={props.testId}
    />
  );
}

function ProposalRow({ row, known, change }: { readonly row: Row; readonly known: Known; readonly change: (part: Partial<Row>) => void }) {
  const { t } = useTranslation();
  const Picture = row.kind === 'film' ? IconMovie : IconPhoto;
  return (
    <Table.Tr data-testid="proposal-row">
      <Table.Td w={36}>
        <Checkbox size="xs" checked={row.chosen} aria-label={t('board:takeClip', { name: row.name })} onChange={(event) => change({ chosen: event.currentTarget.checked })} />
      </Table.Td>
      <Table.Td maw={240} title={row.path}>
        <Group gap={8} wrap="nowrap" miw={0}>
          <Picture size={16} aria-label={t(row.kind === 'film' ? 'board:film' : 'board:pictures')} style={{ flex: 'none' }} />
          <MiddleCut text={row.name} tail={10} />
        </Group>
      </Table.Td>
      <Table.Td w={190}>
        <NameField label={t('board:classOf', { name: row.name })} value={row.class} data={known.classes} placeholder={t('board:noClass')} onChange={(value) => change({ class: value })} />
      </Table.Td>
      <Table.Td w={190}>
        <NameField label={t('board:backgroundOf', { name: row.name })} value={row.background} data={known.backgrounds} placeholder={t('board:noBackground')} onChange={(value) => change({ background: value })} />
      </Table.Td>
    </Table.Tr>
  );
}

function ForAll({ known, change }: { readonly known: Known; readonly change: (part: Partial<Row>) => void }) {
  const { t } = useTranslation();
  const [all, setAll] = useState<{ class: string | null; background: string | null }>({ class: null, background: null });
  const set = (part: Partial<typeof all>) => {
    setAll({ ...all, ...part });
    change(part);
  };
  return (
    <Table.Tr bg="var(--g-sunken)">
      <Table.Td />
      <Table.Td fw={600}>{t('board:forAll')}</Table.Td>
      <Table.Td>
        <NameField label={t('board:classForAll')} value={all.class} data={known.classes} placeholder={t('board:classPlaceholder')} onChange={(value) => set({ class: value })} testId="proposal-class-all" />
      </Table.Td>
      <Table.Td>
        <NameField label={t('board:backgroundForAll')} value={all.background} data={known.backgrounds} placeholder={t('board:backgroundPlaceholder')} onChange={(value) => set({ background: value })} testId="proposal-background-all" />
      </Table.Td>
    </Table.Tr>
  );
}

function Proposal({ proposals, close }: { readonly proposals: readonly ClipProposal[]; readonly close: () => void }) {
  const { t } = useTranslation();
  const known = useKnown();
  const [rows, setRows] = useState<readonly Row[]>(() => proposals.map((proposal) => ({ ...proposal, chosen: true })));
  const [sampling, setSampling] = useState<Sampling>(defaultSampling);
  const [asking, setAsking] = useState(false);
  const chosen = rows.filter((row) => row.chosen);
  const unlabeled = chosen.filter((row) => row.class === null).length;
  const start = () => {
    close();
    void importClips(chosen.map(({ path, class: named, background }) => ({ path, class: named?.trim() || null, background: background?.trim() || null, sampling: formatSampling(sampling) })));
  };
  return (
    <Stack gap="md">
      <Text c="dimmed">{t('board:proposalText')}</Text>
      <div style={{ maxHeight: '50vh', overflow: 'auto', border: '1px solid var(--g-line)', borderRadius: 8 }}>
        <Table stickyHeader verticalSpacing={5}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th />
              <Table.Th>{t('board:clip')}</Table.Th>
              <Table.Th>{t('common:class')}</Table.Th>
              <Table.Th>{t('common:background')}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.length > 1 && <ForAll known={known} change={(part) => setRows(rows.map((row) => (row.chosen ? { ...row, ...part } : row)))} />}
            {rows.map((row, index) => (
              <ProposalRow key={row.path} row={row} known={known} change={(part) => setRows(rows.map((other, at) => (at === index ? { ...other, ...part } : other)))} />
            ))}
          </Table.Tbody>
        </Table>
      </div>
      {chosen.some(({ kind }) => kind === 'film') && (
        <div>
          <Button size="compact-sm" variant="subtle" color="gray" aria-expanded={asking} rightSection={asking ? <IconChevronUp size={14} aria-hidden /> : <IconChevronDown size={14} aria-hidden />} onClick={() => setAsking(!asking)} data-testid="proposal-sampling">
            {t('board:sampling.now', { rule: samplingText(t, sampling) })}
          </Button>
          <Collapse expanded={asking}>
            <Box p="sm">
              <SamplingField value={sampling} onChange={setSampling} />
            </Box>
          </Collapse>
        </div>
      )}
      <Group justify="space-between" wrap="nowrap">
        <Group gap="md" wrap="nowrap" miw={0} flex={1}>
          {chosen.some((row) => row.class !== null && row.background !== null) && (
            <Button size="compact-sm" variant="subtle" color="gray" leftSection={<IconArrowsExchange size={14} aria-hidden />} onClick={() => setRows(rows.map((row) => (row.chosen ? { ...row, class: row.background, background: row.class } : row)))} style={{ flex: 'none' }} data-testid="proposal-swap">
              {t('board:swap')}
            </Button>
          )}
          <Text c="dimmed" size="xs">
            {unlabeled > 0 ? t('board:unlabeled', { count: unlabeled }) : ''}
          </Text>
        </Group>
        <Group gap="xs">
          <Button variant="default" onClick={close}>
            {t('common:cancel')}
          </Button>
          <Button onClick={start} disabled={chosen.length === 0} data-testid="proposal-import" data-autofocus>
            {t('board:importClips', { count: chosen.length })}
          </Button>
        </Group>
      </Group>
    </Stack>
  );
}

/** Where dropped clips will land: seen, and set, before it counts. */
export function ProposalDialog() {
  const { t } = useTranslation();
  const proposals = useDrop((state) => state.proposals);
  const close = () => useDrop.setState({ proposals: null });
  return (
    <Modal opened={proposals !== null} onClose={close} size={760} title={<Text fw={620} size="md">{t('board:proposalTitle', { count: proposals?.length ?? 0 })}</Text>} closeButtonProps={{ 'aria-label': t('common:close') }}>
      {proposals && <Proposal key={proposals[0]?.path} proposals={proposals} close={close} />}
    </Modal>
  );
}
