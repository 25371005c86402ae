import type { InputShape, Preprocessing } from '../../core/architecture';

/** `NAME.graft.json` beside an exported model, and inside it where the format has a place: what the numbers mean. */
export interface ModelSidecar {
  readonly format: 'graft-model';
  readonly formatVersion: 1;
  readonly name: string;
  /** Order of the outputs. */
  readonly classNames: readonly string[];
  readonly input: InputShape;
  /** What happens to a picture before the first layer of the model in this file; null where it is not known. */
  readonly preprocessing: Preprocessing | null;
  /** `true`: the file takes uint8 RGB pictures of the input size and does the preprocessing itself. */
  readonly preprocessingInside: boolean;
  /** Below this score the answer counts as "unknown"; null: never. */
  readonly unknownBelow: number | null;
  readonly createdBy: string;
}

/** A sidecar as a file. */
export function sidecarText(sidecar: ModelSidecar): string {
  return `${JSON.stringify(sidecar, null, 1)}\n`;
}
