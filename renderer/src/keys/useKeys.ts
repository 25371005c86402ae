import i18next from 'i18next';
import { useEffect, useRef } from 'react';
import type { AppInfo } from '../../../electron/ipc/contract';
import { usePreferences } from '../settings/preferences';
import { queries } from '../ui/queries';
import { comboOf, commandOf, keysOf, type ChosenKeys, type KeyScope } from './registry';

/** True on a Mac, where Cmd does what Ctrl does elsewhere. */
export function isMac(): boolean {
  return navigator.platform.startsWith('Mac');
}

/** The keys that the user chose, outside of what React draws. */
export function chosenKeys(): ChosenKeys {
  return queries.getQueryData<AppInfo>(['app:info'])?.preferences.keys ?? {};
}

const signs: Readonly<Record<string, string>> = { ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓', Escape: 'Esc', PageUp: 'PgUp', PageDown: 'PgDn', Delete: 'Del' };

/** `mod+shift+Z` as it is written on this system and in this language. */
export function keyName(combo: string): string {
  const mac = isMac();
  const parts = combo === '+' ? ['+'] : combo.endsWith('++') ? [...combo.slice(0, -2).split('+'), '+'] : combo.split('+');
  const words: Readonly<Record<string, string>> = { mod: mac ? '⌘' : 'Ctrl', ctrl: 'Ctrl', meta: 'Meta', alt: mac ? '⌥' : 'Alt', shift: mac ? '⇧' : 'Shift', Space: i18next.t('keys:space') };
  return parts.map((part) => words[part] ?? signs[part] ?? part).join(mac ? '' : '+');
}

/** The first key of each command, as it is written; '' for a command without one. Follows the settings. */
export function useKeyName(): (id: string) => string {
  const { keys } = usePreferences();
  return (id) => {
    const [first] = keysOf(id, keys);
    return first === undefined ? '' : keyName(first);
  };
}

/** The command of a key press; `bare`: without Shift. */
export function pressed(event: KeyboardEvent | React.KeyboardEvent, scopes: readonly KeyScope[], bare = false): string | null {
  const { key, code, ctrlKey, metaKey, altKey, shiftKey } = event;
  return commandOf(comboOf({ key, code, ctrlKey, metaKey, altKey, shiftKey: shiftKey && !bare }, isMac()), scopes, chosenKeys());
}

/** The place of a label command among the classes (0 is the first); null for other commands. */
export function labelPlace(command: string | null): number | null {
  return command?.startsWith('label.') ? Number(command.slice(6)) - 1 : null;
}

/** True where keys belong to what has the focus: fields to type in. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input:not([type="checkbox"]):not([type="radio"]), textarea, select, [contenteditable="true"]') !== null;
}

/** The keys of a place, wherever the focus is: only fields, menus and dialogs keep their own, and buttons Enter and Space. `act` says whether it did something. */
export function usePlaceKeys(act: (event: KeyboardEvent) => boolean): void {
  const latest = useRef(act);
  useEffect(() => {
    latest.current = act;
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.defaultPrevented || isTyping(target) || target.closest('[role="dialog"], [role="menu"], [role="slider"], [role="listbox"]:not([data-keys])')) return;
      if ((event.key === 'Enter' || event.key === ' ') && target.closest('button, a, input')) return;
      if (latest.current(event)) event.preventDefault();
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, []);
}
