import { labels } from './0010-labels';
import { clips } from './0020-clips';
import { rounds } from './0030-rounds';
import { models } from './0040-models';
import { quality } from './0050-quality';
import { confidence } from './0060-confidence';
import type { SchemaStep } from './step';

export const schemaSteps: readonly SchemaStep[] = [labels, clips, rounds, models, quality, confidence];

export const schemaVersion = schemaSteps.at(-1)?.version ?? 0;
