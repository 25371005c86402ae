import { killedChild, killManyTimes } from '../helpers/killing';
import { killBench, numberOption } from '../helpers/killBench';

/** `kill -9` at random moments of importing and labeling, on one project: `npm run bench -- kill [--kills 200] [--seed 1]`. */
const [, script, role, ...rest] = process.argv as [string, string, string | undefined, ...string[]];
if (role === 'child') await killedChild(rest[0] as string, rest[1] as string, Number(rest[2]));

await killBench('kill', (folder) => killManyTimes(folder, script, numberOption('--kills', 200), numberOption('--seed', 1)), ({ lost, doubled, damaged }) => lost.length + doubled.length + damaged.length === 0);
