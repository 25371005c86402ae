import { Alert, UnstyledButton } from '@mantine/core';
import { IconAlertTriangle, IconArrowRight, IconChevronDown, IconChevronRight, IconEqual, IconMinus, IconPlus } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Architecture } from '../../../electron/core/architecture';
import { countParameters } from '../../../electron/core/shapes';
import type { LayerSummary } from '../../../electron/core/summary';
import type { ModelView } from '../../../electron/ipc/contract';
import type { Edit } from '../architecture/editor';
import { StructureFields } from '../architecture/StructureFields';
import { LayerMenu } from '../architecture/LayerMenu';
import { liveShapes } from '../architecture/liveShapes';
import { useFormat } from '../ui/format';
import { draggedLayer } from './dragLayer';
import classes from './Migration.module.css';
import { compareStructures, type LayerChange, type StructureRow } from './structure';
import { editStep, targetOf, useDraft } from './wish';

const icons = { same: IconEqual, moved: IconArrowRight, new: IconPlus, gone: IconMinus } as const;

function Layer({ layer, drags }: { readonly layer: LayerSummary | null; readonly drags?: boolean }) {
  const format = useFormat();
  if (!layer) return <td colSpan={3} className={classes.noLayer}>—</td>;
  return (
    <>
      <td>
        <code draggable={drags && layer.parameters > 0} onDragStart={(event) => draggedLayer.put(event.dataTransfer, layer.name)}>
          {layer.name}
        </code>{' '}
        <small>{layer.type}</small>
      </td>
      <td>
        <code>{`(${layer.outputShape.join(', ')})`}</code>
      </td>
      <td className={classes.parameters}>{format.number(layer.parameters)}</td>
    </>
  );
}

function Mark({ change }: { readonly change: LayerChange }) {
  const { t } = useTranslation();
  const Picture = icons[change];
  return (
    <td className={classes.structureMark}>
      <span>
        <Picture size={13} stroke={2.4} aria-hidden />
        {t(`migrate:layer.${change}`)}
      </span>
    </td>
  );
}

function Editable({ row, target, head, apply, open, toggle }: { readonly row: StructureRow; readonly target: Architecture; readonly head: string | null; readonly apply: (step: Edit) => void; readonly open: boolean; readonly toggle: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { after, before } = row;
  const layer = after && target.layers.find(({ name }) => name === after.name);
  const isInput = before?.name === 'input' && before.type === '';
  const built = after !== null && (after.outputShape.length > 0 || isInput);
  return (
    <>
      <tr data-change={row.change}>
        <Layer layer={before} drags />
        <Mark change={row.change} />
        {after ? (
          <>
            <td>
              {layer ? (
                <UnstyledButton className={classes.layerButton} aria-expanded={open} aria-label={t('layers:edit', { layer: layer.name })} onClick={toggle} data-testid={`layer-${layer.name}`}>
                  {open ? <IconChevronDown size={13} aria-hidden /> : <IconChevronRight size={13} aria-hidden />}
                  <code>{after.name}</code>
                </UnstyledButton>
              ) : (
                <code>{after.name}</code>
              )}{' '}
              <small>{after.type}</small>
            </td>
            <td>
              <code>{built ? `(${after.outputShape.join(', ')})` : '—'}</code>
            </td>
            <td className={classes.parameters}>{built ? format.number(after.parameters) : '—'}</td>
            <td className={classes.layerMenu}>{(layer || isInput) && <LayerMenu architecture={target} name={layer?.name ?? null} apply={apply} />}</td>
          </>
        ) : (
          <>
            <Layer layer={null} />
            <td />
          </>
        )}
      </tr>
      {open && layer && (
        <tr>
          <td colSpan={8}>
            <StructureFields key={layer.name} layer={layer} fixedWidth={layer.name === head} apply={apply} />
          </td>
        </tr>
      )}
    </>
  );
}

/** The layer whose width is the number of classes: the last one with a width. */
function headOf({ layers }: Architecture): string | null {
  return layers.findLast((layer) => 'units' in layer || 'filters' in layer)?.name ?? null;
}

/** The old structure at the left, the new one at the right, layer by layer; the new one is edited in place. */
export function StructureView({ model, source }: { readonly model: ModelView; readonly source: Architecture }) {
  const { t } = useTranslation();
  const format = useFormat();
  const draft = useDraft();
  const [open, setOpen] = useState<string | null>(null);
  const target = useMemo(() => targetOf(draft, model, source), [draft, model, source]);
  const rows = useMemo(() => compareStructures(source, target), [source, target]);
  const live = useMemo(() => liveShapes(target), [target]);
  const apply = (step: Edit) => {
    useDraft.setState((now) => editStep(now, model, source, step));
    if (step.kind === 'rename') setOpen(step.name);
  };
  const columns = (
    <>
      <th scope="col">{t('family:layer')}</th>
      <th scope="col">{t('family:outputShape')}</th>
      <th scope="col" className={classes.parameters}>
        {t('family:parameters')}
      </th>
    </>
  );
  const changed = rows.filter(({ change }) => change !== 'same').length;
  return (
    <div>
      {live.problem && (
        <Alert mb="sm" color="clay" icon={<IconAlertTriangle size={18} aria-hidden />} data-testid="structure-problem">
          {t(live.problem.key, { ...live.problem.params })}
        </Alert>
      )}
      <div className={classes.structureScroll} tabIndex={0} role="group" aria-label={t('migrate:structure')} data-testid="structure" data-changed={changed}>
        <table className={classes.structure}>
          <thead>
            <tr>
              <th colSpan={3} scope="colgroup">{t('migrate:now')}</th>
              <td />
              <th colSpan={4} scope="colgroup">{t('migrate:then')}</th>
            </tr>
            <tr>
              {columns}
              <td />
              {columns}
              <td />
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <Editable key={`${row.before?.name}/${row.after?.name}`} row={row} target={target} head={headOf(target)} apply={apply} open={row.after !== null && open === row.after.name} toggle={() => setOpen(open === row.after?.name ? null : (row.after?.name ?? null))} />
            ))}
          </tbody>
          <tfoot>
            <tr>
              <td colSpan={3}>{t('common:parameters', { count: countParameters(source).total })}</td>
              <td className={classes.structureMark}>{t('migrate:changedLayers', { changed: format.number(changed) })}</td>
              <td colSpan={4} data-testid="structure-parameters">{live.problem ? '—' : t('common:parameters', { count: live.parameters })}</td>
            </tr>
          </tfoot>
        </table>
      </div>
    </div>
  );
}
