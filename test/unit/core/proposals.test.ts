import { describe, expect, test } from 'vitest';
import { isSerialName, proposeLabels, type DroppedClip, type KnownNames } from '../../../electron/core/proposals';

const nothing: KnownNames = { classes: [], backgrounds: [] };

/** Paths as they look when the first folder of each was dropped; one that ends in / is a folder of pictures. */
function dropped(...paths: string[]): DroppedClip[] {
  return paths.map((path) => {
    const parts = path.split('/');
    const last = parts.pop() ?? '';
    return { folders: ['home', 'anna', ...parts], inside: parts.length, stem: last === '' ? null : last.replace(/\.[^.]+$/, '') };
  });
}

function files(...paths: string[]): DroppedClip[] {
  return dropped(...paths).map((clip) => ({ ...clip, inside: 0 }));
}

const said = (clips: readonly DroppedClip[], known = nothing): string[] => proposeLabels(clips, known).map((one) => `${one.class ?? '-'}/${one.background ?? '-'}`);

describe('names that cameras give', () => {
  test.each(['IMG_1', 'IMG_E1234', 'VID_20240102_101112', 'PXL_20230401_123456789.TS', '20240101_120000', 'MVI_0042', 'take 3', '0001', 'GX010042', 'Фильм 2', 'clip'])('%s', (name) => expect(isSerialName(name)).toBe(true));
  test.each(['cup', 'cup_kitchen', '01_white_paper', 'r1_plain', 'кружка', 'image of cup'])('%s is a name', (name) => expect(isSerialName(name)).toBe(false));
});

describe('a dropped folder', () => {
  test('class/background/IMG_1.mov', () => {
    expect(said(dropped('films/cup/kitchen/IMG_1.mov', 'films/cup/desk/IMG_2.mov', 'films/mug/kitchen/IMG_3.mov'))).toEqual(['cup/kitchen', 'cup/desk', 'mug/kitchen']);
    expect(said(dropped('cup/kitchen/IMG_1.mov'))).toEqual(['cup/kitchen']);
    expect(said(dropped('films/mug/paper/mug_paper_1.mp4', 'films/mug/paper/mug_paper_2.mp4', 'films/duck/paper/duck_paper_1.mp4'))).toEqual(['mug/paper', 'mug/paper', 'duck/paper']);
  });
  test('class/background.mp4: the file name is the background where several classes have it', () => {
    expect(said(dropped('uno/videos/red_card/r1_plain.mp4', 'uno/videos/red_card/r2_desk.mp4', 'uno/videos/blue_card/r1_plain.mp4'))).toEqual(['red_card/r1_plain', 'red_card/r2_desk', 'blue_card/r1_plain']);
  });
  test('folders of pictures', () => {
    expect(said(dropped('uno/frames/red_card/01_white_paper/', 'uno/frames/red_card/02_light_wood/', 'uno/frames/blue_card/01_white_paper/'))).toEqual(['red_card/01_white_paper', 'red_card/02_light_wood', 'blue_card/01_white_paper']);
  });
  test('a folder for each class, and nothing below it', () => {
    expect(said(dropped('videos/cup/IMG_1.mov', 'videos/mug/IMG_2.mov'))).toEqual(['cup/-', 'mug/-']);
    expect(said(dropped('cup/kitchen_2.mp4'))).toEqual(['cup/kitchen']);
    expect(said(dropped('red_card/r1_plain.mp4', 'red_card/r2_cloth.mp4', 'red_card/r2_desk.mp4'))).toEqual(['red_card/r1_plain', 'red_card/r2_cloth', 'red_card/r2_desk']);
  });
  test('Cyrillic names', () => {
    expect(said(dropped('Фильмы/Кружка/Кухня/Фильм 1.mp4', 'Фильмы/Утка/Кухня/Фильм 2.mp4'))).toEqual(['Кружка/Кухня', 'Утка/Кухня']);
    expect(said(dropped('съёмка/кружка_кухня.mp4', 'съёмка/утка_кухня.mp4'))).toEqual(['кружка/кухня', 'утка/кухня']);
  });
  test('names that the project has are found in any order', () => {
    const known = { classes: ['cup', 'Кружка'], backgrounds: ['kitchen', 'стол'] };
    expect(said(dropped('kitchen/cup/IMG_1.mov', 'kitchen/lamp/IMG_2.mov'), known)).toEqual(['cup/kitchen', 'lamp/kitchen']);
    expect(said(dropped('x/КРУЖКА-стол 2.mp4'), known)).toEqual(['Кружка/стол']);
  });
});

describe('single files', () => {
  test('two words are class and background, also with the number of a take', () => {
    expect(said(files('projects/cup_kitchen.mp4', 'projects/cup-desk-2.mp4', 'Downloads/кружка кухня (3).mp4'))).toEqual(['cup/kitchen', 'cup/desk', 'кружка/кухня']);
  });
  test('a camera name leaves it to the folders', () => {
    expect(said(files('cup/kitchen/IMG_1.mov'))).toEqual(['cup/kitchen']);
    expect(said(files('Downloads/IMG_1.mov', 'Videos/DCIM/Camera/VID_1.mp4'))).toEqual(['-/-', '-/-']);
  });
  test('nothing is made up', () => {
    expect(said(files('Downloads/lamp.mp4', 'Downloads/my very nice film.mp4'))).toEqual(['-/-', '-/-']);
  });
});
