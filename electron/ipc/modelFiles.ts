import type { InputShape } from '../core/architecture';
import type { FileSentence, ModelFileFacts, Scaling } from '../core/modelFile';

/** What a user says about a model file before it is taken in. */
export interface ModelImportWish {
  readonly file: string;
  readonly architecture: string | null;
  readonly input: InputShape | null;
  /** One for each output, in their order; null: those of the project, or numbers. */
  readonly classNames: readonly string[] | null;
  /** null: as the file says. */
  readonly scaling: Scaling | null;
  readonly name: string;
}

/** Calls about model files of other programs. */
export interface ModelFileCalls {
  /** Asks for a model file; null when the user cancelled. */
  'models:chooseFile': () => string | null;
  /** Asks for the network of a file that has weights alone. */
  'models:chooseArchitecture': () => string | null;
  'models:inspectFile': (file: string, architecture: string | null, input: InputShape | null) => ModelFileFacts;
  /** Gives the id of the new model, and what there is to know about it. */
  'models:import': (wish: ModelImportWish) => { readonly id: string; readonly warnings: readonly FileSentence[] };
}
