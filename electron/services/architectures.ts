import { readFileSync } from 'node:fs';
import type { Architecture } from '../core/architecture';
import { UserError } from '../core/errors';
import { validateArchitecture } from '../core/shapes';

/** An architecture from the JSON that the studio saves. Errors: `clips:missing`, `models:badArchitectureFile`, `models:badLayer`. */
export function readArchitectureFile(file: string): Architecture {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new UserError('clips:missing', { file }, { cause: error });
  }
  const bad = (problem: string): UserError => new UserError('models:badArchitectureFile', { file, problem });
  let parsed: Partial<Architecture>;
  try {
    parsed = JSON.parse(text) as Partial<Architecture>;
  } catch (error) {
    throw bad((error as Error).message);
  }
  if (parsed.formatVersion !== 1 || !parsed.input || !Array.isArray(parsed.layers)) throw bad('formatVersion 1, input and layers are expected');
  const architecture: Architecture = { formatVersion: 1, name: parsed.name ?? file, input: parsed.input, layers: parsed.layers };
  validateArchitecture(architecture);
  return architecture;
}
