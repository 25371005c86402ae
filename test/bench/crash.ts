import { crashingChild } from '../helpers/crashing';
import { crashManyTimes } from '../helpers/crashKills';
import { killBench, numberOption } from '../helpers/killBench';

/** `kill -9` of the whole program or one of its workers while it imports, labels, trains and serves at once: `npm run bench -- crash [--kills 200] [--seed 1]`. Needs a build. */
const [, script, role, ...rest] = process.argv as [string, string, string | undefined, ...string[]];
if (role === 'child') await crashingChild(rest[0] as string, rest[1] as string, Number(rest[2]));

await killBench('crash', (folder) => crashManyTimes(folder, script, numberOption('--kills', 200), numberOption('--seed', 1)), ({ lost, doubled, damaged, leftOver }) => lost.length + doubled.length + damaged.length + leftOver.length === 0);
