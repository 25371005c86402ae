import type { Architecture } from './architecture';

/** The architecture with so many answers: its last Dense layer follows the classes. Unchanged where no Dense layer is at the end. */
export function withClasses(architecture: Architecture, classes: number): Architecture {
  const at = architecture.layers.findLastIndex(({ type }) => type !== 'activation');
  const head = architecture.layers[at];
  if (head?.type !== 'dense' || head.units === classes) return architecture;
  return { ...architecture, layers: architecture.layers.map((layer, index) => (index === at ? { ...head, units: classes } : layer)) };
}
