import { ActionIcon, Tooltip } from '@mantine/core';
import { IconAlertTriangle, IconArrowDown, IconArrowUp, IconTrash } from '@tabler/icons-react';
import { useEffect, useRef, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Architecture } from '../../../electron/core/architecture';
import { useFormat } from '../ui/format';
import classes from './Architecture.module.css';
import { layerTitles, moveLayer, removeLayer } from './edit';
import type { LayerRow } from './inspect';
import { shapeOfInput } from '../../../electron/core/shapes';

interface Props {
  readonly architecture: Architecture;
  readonly rows: readonly LayerRow[];
  readonly chosen: string | null;
  readonly choose: (uid: string | null) => void;
  readonly change: (architecture: Architecture) => void;
}

function Row({ row, index, last, chosen, choose, move, remove }: { readonly row: LayerRow; readonly index: number; readonly last: boolean; readonly chosen: boolean; readonly choose: () => void; readonly move: (to: number) => void; readonly remove: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { layer, shape, parameters, problem } = row;
  const ref = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    if (chosen) ref.current?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  return (
    <tr ref={ref} aria-selected={chosen} data-problem={problem ? true : undefined} onClick={choose} data-testid={`layer-${layer.name}`}>
      <td>
        <span className={classes.layerName}>
          <code>{layer.name}</code> <small>{layerTitles[layer.type]}</small>
        </span>
        {layer.inputs && <small className={classes.reads}>{t('builder:readsFrom', { names: layer.inputs.join(', ') })}</small>}
        {problem && (
          <span className={classes.problem}>
            <IconAlertTriangle size={13} aria-hidden /> {t(`builder:problem.${problem.key}`, problem.params)}
          </span>
        )}
      </td>
      <td className={classes.shape}>{shape ? shape.join(' × ') : '—'}</td>
      <td className={classes.parameters}>{parameters === null ? '—' : format.number(parameters)}</td>
      <td className={classes.rowTools}>
        <Tooltip label={t('builder:up')}>
          <ActionIcon size="sm" tabIndex={-1} aria-label={t('builder:up')} disabled={index === 0} onClick={() => move(index - 1)} data-testid={`layer-${layer.name}-up`}>
            <IconArrowUp size={14} aria-hidden />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={t('builder:down')}>
          <ActionIcon size="sm" tabIndex={-1} aria-label={t('builder:down')} disabled={last} onClick={() => move(index + 1)} data-testid={`layer-${layer.name}-down`}>
            <IconArrowDown size={14} aria-hidden />
          </ActionIcon>
        </Tooltip>
        <Tooltip label={t('builder:remove')}>
          <ActionIcon size="sm" tabIndex={-1} aria-label={t('builder:remove')} onClick={remove} data-testid={`layer-${layer.name}-remove`}>
            <IconTrash size={14} aria-hidden />
          </ActionIcon>
        </Tooltip>
      </td>
    </tr>
  );
}

/** The layers from the input to the answer. Up and Down walk, with Alt they move the layer, Delete removes it. */
export function LayerList({ architecture, rows, chosen, choose, change }: Props) {
  const { t } = useTranslation();
  const at = rows.findIndex(({ layer }) => layer.uid === chosen);
  const remove = (index: number): void => {
    const layer = rows[index]?.layer;
    if (!layer) return;
    change(removeLayer(architecture, layer.uid));
    if (layer.uid === chosen) choose((rows[index + 1] ?? rows[index - 1])?.layer.uid ?? null);
  };
  const move = (index: number, to: number): void => {
    const layer = rows[index]?.layer;
    if (layer) change(moveLayer(architecture, layer.uid, to));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
    if (step !== 0 && event.altKey) move(at, at + step);
    else if (step !== 0) choose(rows[Math.max(0, Math.min(rows.length - 1, at + step))]?.layer.uid ?? null);
    else if (event.key === 'Delete' && at >= 0) remove(at);
    else return;
    event.preventDefault();
  };
  return (
    <div className={classes.listScroll} tabIndex={0} role="group" aria-label={t('builder:layers')} onKeyDown={onKeyDown} data-testid="layers">
      <table className={classes.list}>
        <thead>
          <tr>
            <th scope="col">{t('family:layer')}</th>
            <th scope="col">{t('family:outputShape')}</th>
            <th scope="col" className={classes.parameters}>
              {t('family:parameters')}
            </th>
            <th aria-label={t('builder:tools')} />
          </tr>
        </thead>
        <tbody>
          <tr className={classes.input}>
            <td>
              <code>input</code>
            </td>
            <td className={classes.shape}>{shapeOfInput(architecture.input).join(' × ')}</td>
            <td />
            <td />
          </tr>
          {rows.map((row, index) => (
            <Row key={row.layer.uid} row={row} index={index} last={index === rows.length - 1} chosen={row.layer.uid === chosen} choose={() => choose(row.layer.uid)} move={(to) => move(index, to)} remove={() => remove(index)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}
