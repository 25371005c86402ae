import type { Architecture, Layer } from './architecture';

/** Whether the network answers with one sigmoid: the probability of the second of two classes (the first has the rest). */
export function endsInOneSigmoid({ layers }: Architecture): boolean {
  const last = layers.at(-1);
  const head = headOf(layers);
  return head?.type === 'dense' && head.units === 1 && last !== undefined && 'activation' in last && last.activation === 'sigmoid';
}

/** Answers that a network with so many classes gives: one per class, or one sigmoid for two. */
export function answersFor(architecture: Architecture, classes: number): number {
  return classes === 2 && endsInOneSigmoid(architecture) ? 1 : classes;
}

/** The architecture with so many answers: its last Dense layer follows the classes. Unchanged where no Dense layer is at the end. */
export function withClasses(architecture: Architecture, classes: number): Architecture {
  const head = headOf(architecture.layers);
  if (head?.type !== 'dense' || head.units === answersFor(architecture, classes)) return architecture;
  return withHead(architecture, classes, endsInOneSigmoid(architecture) ? 'softmax' : null);
}

/** The architecture with another last Dense layer: so many units, and its activation (its own, or that of the layer behind it). */
export function withHead(architecture: Architecture, units: number, activation: 'softmax' | 'sigmoid' | null): Architecture {
  const { layers } = architecture;
  const head = headOf(layers);
  const last = layers.at(-1);
  const bend = activation ? { activation } : {};
  return {
    ...architecture,
    layers: layers.map((layer): Layer => {
      if (layer.type === 'dense' && layer === head) return { ...layer, units, ...(layer === last ? bend : {}) };
      return layer.type === 'activation' && layer === last ? { ...layer, ...bend } : layer;
    }),
  };
}

function headOf(layers: readonly Layer[]): Layer | undefined {
  return layers[layers.findLastIndex(({ type }) => type !== 'activation')];
}
