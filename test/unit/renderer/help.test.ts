import { commandsOf, topicOf, type HelpTopic } from '../../../renderer/src/help/help';
import { windowTexts } from '../../../renderer/src/i18n/i18n';
import { keyCommands } from '../../../renderer/src/keys/registry';
import { tourSteps } from '../../../renderer/src/tour/tour';
import { places } from '../../../renderer/src/ui/place';

const topics: readonly HelpTopic[] = ['start', 'timeline', ...places];

describe('help', () => {
  it.each(['en', 'ru'] as const)('has a page for every place, an open clip and the start screen (%s)', (language) => {
    const { pages } = windowTexts[language].help;
    expect(Object.keys(pages).sort()).toEqual([...topics].sort());
    for (const topic of topics) expect(Object.keys(pages[topic].tasks).length, topic).toBeGreaterThanOrEqual(3);
  });

  it('has the same tasks in both languages', () => {
    for (const topic of topics) expect(Object.keys(windowTexts.ru.help.pages[topic].tasks)).toEqual(Object.keys(windowTexts.en.help.pages[topic].tasks));
  });

  it('is about the place where the user is', () => {
    expect(topicOf({ place: 'board', params: {} }, true)).toBe('board');
    expect(topicOf({ place: 'board', params: { clip: '3' } }, true)).toBe('timeline');
    expect(topicOf({ place: 'frames', params: { clip: '3' } }, true)).toBe('frames');
    expect(topicOf({ place: 'frames', params: {} }, false)).toBe('start');
  });

  it('lists the keys of the place first, each once, and every command on some page', () => {
    expect(commandsOf('frames')[0]?.scope).toBe('frames');
    expect(commandsOf('board').every(({ scope }) => scope === 'all')).toBe(true);
    for (const topic of topics) expect(new Set(commandsOf(topic)).size).toBe(commandsOf(topic).length);
    const listed = new Set(topics.flatMap((topic) => commandsOf(topic)));
    expect(keyCommands.filter((command) => !listed.has(command)).map(({ id }) => id)).toEqual(['label.2', 'label.3', 'label.4', 'label.5', 'label.6', 'label.7', 'label.8', 'label.9']);
  });
});

describe('the tour', () => {
  it.each(['en', 'ru'] as const)('is read in less than a minute (%s)', (language) => {
    const words = tourSteps.map((step) => windowTexts[language].tour.steps[step]).join(' ').split(/\s+/).length;
    // People read some 200 words a minute.
    expect(words).toBeLessThan(170);
  });
});
