import type { ModelView } from '../../../electron/ipc/contract';

export interface FamilyMember {
  readonly model: ModelView;
  readonly depth: number;
}

/** Models as a tree written in lines: each parent before its children, older ones first. */
export function familyLines(models: readonly ModelView[]): readonly FamilyMember[] {
  const known = new Set(models.map(({ id }) => id));
  const children = new Map<string | null, ModelView[]>();
  for (const model of models.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt))) {
    const parent = model.parentId !== null && known.has(model.parentId) ? model.parentId : null;
    children.set(parent, [...(children.get(parent) ?? []), model]);
  }
  const lines: FamilyMember[] = [];
  const walk = (parent: string | null, depth: number): void => {
    for (const model of children.get(parent) ?? []) {
      lines.push({ model, depth });
      walk(model.id, depth + 1);
    }
  };
  walk(null, 0);
  return lines;
}
