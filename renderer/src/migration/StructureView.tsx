import { IconArrowRight, IconEqual, IconMinus, IconPlus } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { countParameters } from '../../../electron/core/shapes';
import type { LayerSummary } from '../../../electron/core/summary';
import type { MigrationWish, ModelView } from '../../../electron/ipc/contract';
import { useFormat } from '../ui/format';
import { useStudio } from '../ui/queries';
import { draggedLayer } from './dragLayer';
import classes from './Migration.module.css';
import { usePlan } from './PlanStep';
import { compareStructures, type LayerChange } from './structure';

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

/** The old structure at the left, the new one at the right, layer by layer, while choices are made. */
export function StructureView({ model, wish }: { readonly model: ModelView; readonly wish: MigrationWish | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  const source = useStudio('models:summary', model.id).data?.architecture;
  const { plan, pending } = usePlan(wish);
  const target = plan?.target.architecture ?? source;
  const rows = useMemo(() => (source && target ? compareStructures(source, target) : []), [source, target]);
  if (!source || !target) return null;
  const head = (
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
    <div className={classes.structureScroll} tabIndex={0} role="group" aria-label={t('migrate:structure')} aria-busy={pending} data-pending={pending || undefined} data-testid="structure" data-changed={changed}>
      <table className={classes.structure}>
        <thead>
          <tr>
            <th colSpan={3} scope="colgroup">{t('migrate:now')}</th>
            <td />
            <th colSpan={3} scope="colgroup">{t('migrate:then')}</th>
          </tr>
          <tr>
            {head}
            <td />
            {head}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ before, after, change }) => (
            <tr key={`${before?.name}/${after?.name}`} data-change={change}>
              <Layer layer={before} drags />
              <Mark change={change} />
              <Layer layer={after} />
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <td colSpan={3}>{t('common:parameters', { count: countParameters(source).total })}</td>
            <td className={classes.structureMark}>{t('migrate:changedLayers', { changed: format.number(changed) })}</td>
            <td colSpan={3}>{t('common:parameters', { count: countParameters(target).total })}</td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}
