import { comboOf, commandOf, conflictsOf, keyCommands, keysOf, withKeys, type KeyPress } from '../../../renderer/src/keys/registry';

const press = (key: string, code: string, more: Partial<KeyPress> = {}): KeyPress => ({ key, code, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more });

describe('keys', () => {
  it('each command is there once, and the defaults do not collide', () => {
    expect(new Set(keyCommands.map(({ id }) => id)).size).toBe(keyCommands.length);
    expect(keyCommands.filter(({ id }) => conflictsOf(id, {}).length > 0).map(({ id }) => id)).toEqual([]);
  });

  it('are written the same on every layout', () => {
    expect(comboOf(press('x', 'KeyX'))).toBe('X');
    expect(comboOf(press('ч', 'KeyX'))).toBe('X');
    expect(comboOf(press('я', 'KeyZ', { ctrlKey: true }))).toBe('mod+Z');
    expect(comboOf(press('a', 'KeyQ'))).toBe('A');
    expect(comboOf(press('б', 'Comma', { ctrlKey: true }))).toBe('mod+,');
    expect(comboOf(press('é', 'Digit2'))).toBe('2');
    expect(comboOf(press('3', 'Numpad3'))).toBe('3');
    expect(comboOf(press('ArrowLeft', 'Numpad4'))).toBe('ArrowLeft');
    expect(comboOf(press(' ', 'Space'))).toBe('Space');
    expect(comboOf(press('?', 'Slash', { shiftKey: true }))).toBe('?');
    expect(comboOf(press('Z', 'KeyZ', { ctrlKey: true, shiftKey: true }))).toBe('mod+shift+Z');
    expect(comboOf(press('z', 'KeyZ', { metaKey: true }), true)).toBe('mod+Z');
    expect(comboOf(press('Shift', 'ShiftLeft', { shiftKey: true }))).toBeNull();
  });

  it('a command is found by its key, at its place, and by the key that was chosen instead', () => {
    expect(commandOf('ArrowLeft', ['timeline', 'labels'], {})).toBe('timeline.previous');
    expect(commandOf('ArrowLeft', ['frames', 'labels'], {})).toBe('frames.left');
    expect(commandOf('2', ['frames', 'labels'], {})).toBe('label.2');
    const chosen = withKeys({}, 'exclude', ['Q']);
    expect(commandOf('Q', ['frames', 'labels'], chosen)).toBe('exclude');
    expect(commandOf('X', ['frames', 'labels'], chosen)).toBeNull();
    expect(withKeys(chosen, 'exclude', ['X'])).toEqual({});
    expect(keysOf('exclude', withKeys(chosen, 'exclude', []))).toEqual([]);
  });

  it('conflicts are those at the same place', () => {
    const chosen = withKeys({}, 'exclude', ['I']);
    expect(conflictsOf('exclude', chosen).map(({ id }) => id)).toEqual(['timeline.in']);
    expect(conflictsOf('timeline.in', chosen).map(({ id }) => id)).toEqual(['exclude']);
    expect(conflictsOf('viewer.previous', {})).toEqual([]);
    expect(conflictsOf('frames.open', withKeys({}, 'frames.open', ['mod+K'])).map(({ id }) => id)).toEqual(['palette']);
  });
});
