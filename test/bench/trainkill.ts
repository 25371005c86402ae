import { killTrainings, trainingChild } from '../helpers/killTraining';
import { killBench, numberOption } from '../helpers/killBench';

/** `kill -9` at random moments of trainings, each resumed: `npm run bench -- trainkill [--kills 50] [--seed 1] [--epochs 40]`. */
const [, script, role, ...rest] = process.argv as [string, string, string | undefined, ...string[]];
if (role === 'child') await trainingChild(rest[0] as string, rest[1] as string, Number(rest[2]));

await killBench('trainkill', (folder) => killTrainings(folder, script, numberOption('--kills', 50), numberOption('--seed', 1), numberOption('--epochs', 40)), ({ different }) => different.length === 0);
