import { create } from 'zustand';
import type { KeyCommand, KeyScope } from '../keys/registry';
import { keyCommands } from '../keys/registry';
import type { Where } from '../ui/place';

/** A page of the help: every place, an open clip, and the start screen. */
export type HelpTopic = 'start' | 'timeline' | Where['place'];

/** Whether the help is shown. */
export const useHelp = create<{ readonly opened: boolean }>(() => ({ opened: false }));

/** Shows the page of the place where the user is; a second call hides it. */
export function toggleHelp(): void {
  useHelp.setState(({ opened }) => ({ opened: !opened }));
}

/** The page that belongs to what is seen. */
export function topicOf({ place, params }: Where, open: boolean): HelpTopic {
  if (!open) return 'start';
  return place === 'board' && params['clip'] !== undefined ? 'timeline' : place;
}

const scopes: Partial<Record<HelpTopic, readonly KeyScope[]>> = { frames: ['frames', 'labels', 'viewer'], timeline: ['timeline', 'labels'] };

/** The commands with keys of a page, its own first. Of the ten label keys the first and the last stand for all. */
export function commandsOf(topic: HelpTopic): readonly KeyCommand[] {
  const shown = keyCommands.filter(({ id }) => !/^label\.[2-9]$/.test(id));
  return [...(scopes[topic] ?? []), 'all' as const].flatMap((scope) => shown.filter((command) => command.scope === scope));
}

const pictures: Record<string, string> = import.meta.glob('../../../resources/screenshots/*-light.png', { query: '?url', import: 'default', eager: true });

/** Address of the picture of a page in a language; undefined where none was taken (`npm run screenshots`). */
export function pictureOf(topic: HelpTopic, language: string): string | undefined {
  return pictures[`../../../resources/screenshots/${topic}-${language}-light.png`];
}
