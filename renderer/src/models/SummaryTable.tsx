import { Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ModelSummary } from '../../../electron/ipc/contract';
import { useFormat } from '../ui/format';
import classes from './Models.module.css';

/** `model.summary()` as Keras prints it. */
export function SummaryTable({ summary }: { readonly summary: ModelSummary }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { input } = summary.architecture;
  return (
    <div className={classes.summary} data-selectable data-testid="model-summary">
      <Table verticalSpacing={4} fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('family:layer')}</Table.Th>
            <Table.Th>{t('family:outputShape')}</Table.Th>
            <Table.Th ta="right">{t('family:parameters')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          <Table.Tr>
            <Table.Td>
              <code>input</code>
            </Table.Td>
            <Table.Td>
              <code>{`(${input.height}, ${input.width}, ${input.channels})`}</code>
            </Table.Td>
            <Table.Td ta="right">0</Table.Td>
          </Table.Tr>
          {summary.layers.map((layer) => (
            <Table.Tr key={layer.name}>
              <Table.Td>
                <code>{layer.name}</code> <span className={classes.type}>{layer.type}</span>
              </Table.Td>
              <Table.Td>
                <code>{`(${layer.outputShape.join(', ')})`}</code>
              </Table.Td>
              <Table.Td ta="right">{format.number(layer.parameters)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Text size="sm" c="dimmed" mt="xs" className="numbers">
        {t('family:total', { total: format.number(summary.parameters.total), trainable: format.number(summary.parameters.trainable), fixed: format.number(summary.parameters.total - summary.parameters.trainable) })}
      </Text>
    </div>
  );
}
