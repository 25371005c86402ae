import { expect, test } from 'vitest';
import { colourRoads, inputColours, parseFilters } from '../../../electron/media/filters';
import { parseFilmInfo } from '../../../electron/media/probe';
import { measureQuality, tinyPicture } from '../../../electron/media/quality';
import { FrameTimes, measureRate } from '../../../electron/media/timestamps';

const head = "Input #0, mov,mp4,m4a,3gp,3g2,mj2, from 'a.mov':\n  Duration: 00:00:02.50, start: 0.000000, bitrate: 1 kb/s\n";
const phone = '  Stream #0:0[0x1](und): Video: hevc (Main 10) (hvc1 / 0x31637668), yuv420p10le(tv, bt2020nc/bt2020/arib-std-b67, progressive), 1920x1080, 8000 kb/s, 29.98 fps, 30 tbr, 600 tbn (default)\n    Side data:\n      displaymatrix: rotation of -90.00 degrees\n';
const cover = '  Stream #0:1[0x0]: Video: png, rgb24(pc), 600x600, 90k tbr, 90k tbn (attached pic)\n';
const second = '  Stream #0:2: Video: vp8, yuv420p(progressive), 720x480, SAR 8:9 DAR 4:3, 25 fps, 25 tbr, 1k tbn\n';

test('a stream is read with its colours, rotation and size; cover art is none', () => {
  expect(parseFilmInfo(head + cover + phone)).toMatchObject({ stream: 0, streams: 1, codec: 'hevc', width: 1080, height: 1920, rotation: 90, hdr: 'hlg', durationMs: 2500, colour: { matrix: 'bt2020nc', full: false } });
  expect(parseFilmInfo(head + cover)).toBe(null);
  expect(parseFilmInfo(head + second + phone)).toMatchObject({ stream: 1, codec: 'hevc' });
  expect(parseFilmInfo(head + second + phone, 0)).toMatchObject({ codec: 'vp8', width: 640, height: 480, hdr: null, colour: { matrix: null, full: null } });
  expect(parseFilmInfo(head + phone, 3)).toBe(null);
});

test('HDR takes what filters there are; without any the film is taken as it is, and that is said', () => {
  const hdr = parseFilmInfo(head + phone);
  const plain = parseFilmInfo(head + second);
  if (!hdr || !plain) throw new Error('not parsed');
  expect(colourRoads(plain, new Set())).toEqual([{ filters: '', toneMapped: true }]);
  expect(colourRoads(hdr, new Set())).toEqual([{ filters: '', toneMapped: false }]);
  expect(colourRoads(hdr, new Set(['lutrgb', 'colorchannelmixer'])).map(({ toneMapped }) => toneMapped)).toEqual([true, false]);
  expect(colourRoads(hdr, new Set(['zscale', 'tonemap']))[1]?.filters).toContain('tin=arib-std-b67');
  expect(inputColours(plain)).toBe('');
  expect(inputColours({ ...plain, storedHeight: 720 })).toBe(':in_color_matrix=bt709');
  expect([...parseFilters(' ... zscale            V->V       Apply\n TSC lutrgb            V->V       Compute\n  T.. = Timeline support\n')]).toEqual(['zscale', 'lutrgb']);
});

test('equal steps are a constant rate also in whole milliseconds; lost frames are no variable rate', () => {
  const steady = Array.from({ length: 90 }, (_, index) => Math.round((index * 1000) / 30));
  expect(measureRate(steady).variable).toBe(false);
  expect(measureRate(steady.filter((_, index) => index % 7 !== 3)).variable).toBe(true);
  expect(measureRate(steady.filter((_, index) => index % 7 !== 3), true).variable).toBe(false);
  expect(measureRate([0, 33, 90, 100, 180, 200, 290]).variable).toBe(true);
  expect(measureRate([5]).variable).toBe(false);
});

test('timestamps are read to the microsecond also late in a film', () => {
  const times = new FrameTimes();
  const lines = ['[showinfo@all @ 0x1] [info] config in time_base: 1/90000, frame_rate: 30/1', '[showinfo@all @ 0x1] [info] n:   7 pts: 180003000 pts_time:2000.03 pos: 1 fmt:yuv420p', 'frame= 1 [showinfo@kept @ 0x1] [info] color_range:tv', '[info] other'];
  expect(lines.map((line) => times.read(line))).toEqual([true, true, true, false]);
  expect(times.all).toEqual([2_000_033.333]);
  expect(times.kept).toEqual([]);
});

test('quality: an edge is sharp, a flat picture is not; tiny pictures are means', () => {
  const edge = Uint8Array.from({ length: 160 * 90 }, (_, at) => (at % 160 < 80 ? 40 : 200));
  const flat = new Uint8Array(160 * 90).fill(255);
  expect(measureQuality(edge, 160, 90).sharpness).toBeGreaterThan(100);
  expect(measureQuality(flat, 160, 90)).toEqual({ sharpness: 0, exposure: 1, clipped: 1 });
  expect([...tinyPicture(edge, 160, 90)].slice(0, 9)).toEqual([40, 40, 40, 40, 115, 200, 200, 200, 200]);
});
