import { expect, test } from 'vitest';
import { bugReport, type EngineState } from '../../../electron/services/doctor';
import type { ProjectStatus } from '../../../electron/services/status';

const status = { clips: 3, frames: 90, excluded: 1, rounds: 2, models: 2, classes: [{ name: 'grandmother', frames: 60 }, { name: 'secret', frames: 30 }], backgrounds: [{ name: 'bedroom', frames: 90 }], name: 'Divorce' } as unknown as ProjectStatus;
const engine = (source: string, problem: string | null): EngineState => ({ name: 'ffmpeg', version: '8.0', source, ok: problem === null, problem });

test.each([
  { home: '/home/anna.k', user: 'anna.k', file: '/home/anna.k/graft/ffmpeg', other: '/mnt/anna.k/tools' },
  { home: 'C:\\Users\\Anna K', user: 'Anna K', file: 'C:\\Users\\Anna K\\graft\\ffmpeg.exe', other: 'D:\\Data\\Anna K' },
])('a report names nobody: $home', ({ home, user, file, other }) => {
  const text = bugReport([engine(file, `cannot start ${file}`), engine(other, null)], status, { home, user });
  for (const word of [home, user, 'Divorce', 'grandmother', 'secret', 'bedroom']) expect(text).not.toContain(word);
  expect(JSON.parse(text)).toMatchObject({ engines: [{ source: file.replace(home, '~'), problem: `cannot start ${file.replace(home, '~')}` }, {}], project: { clips: 3, frames: 90, classes: [60, 30] } });
});

test('words that only contain the name of the user stay', () => {
  expect(bugReport([engine('/opt/rooted/ffmpeg', null)], null, { home: '/root', user: 'root' })).toContain('/opt/rooted/ffmpeg');
});
