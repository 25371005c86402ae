import type { Architecture } from '../architecture';
import { inputsByLayer } from './layerGraph';

/** A network as its layers one after another; where it forks, a block of branches that are joined again. */
export type Part = { readonly layer: string } | { readonly branches: readonly (readonly Part[])[] };

/** Cuts a network where everything passes through one tensor; what lies between two cuts and forks is a block. */
export function networkParts(architecture: Architecture): readonly Part[] {
  const inputs = inputsByLayer(architecture);
  return partsOf(architecture.layers.map(({ name }) => name), inputs);
}

/** @param layers some layers of the network, in its order; what they read from outside counts as one tensor */
function partsOf(layers: readonly string[], inputs: ReadonlyMap<string, readonly string[]>): Part[] {
  const parts: Part[] = [];
  let open: string[] = [];
  for (const [i, layer] of layers.entries()) {
    open.push(layer);
    if (!isCut(layers, i, inputs)) continue;
    parts.push(...block(open.slice(0, -1), inputs), { layer });
    open = [];
  }
  return [...parts, ...block(open, inputs)];
}

/** Whether all that comes later reads nothing from before the layer but the layer itself. */
function isCut(layers: readonly string[], i: number, inputs: ReadonlyMap<string, readonly string[]>): boolean {
  const before = new Set(layers.slice(0, i));
  const inside = new Set(layers);
  const later = layers.slice(i + 1);
  return later.every((name) => inputs.get(name)!.every((input) => inside.has(input) && !before.has(input)));
}

/** Layers between two cuts: their connected parts are branches. */
function block(layers: readonly string[], inputs: ReadonlyMap<string, readonly string[]>): Part[] {
  if (layers.length === 0) return [];
  const root = new Map(layers.map((name) => [name, name]));
  const find = (name: string): string => (root.get(name) === name ? name : find(root.get(name)!));
  for (const name of layers) for (const input of inputs.get(name)!) if (root.has(input)) root.set(find(name), find(input));
  const branches = [...new Set(layers.map(find))].map((first) => layers.filter((name) => find(name) === first));
  // Its last layer is a cut of its own, so that each step has less to look at.
  if (branches.length === 1) return partsOf(layers, inputs);
  return [{ branches: branches.map((branch) => partsOf(branch, inputs)) }];
}
