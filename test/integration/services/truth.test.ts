import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ImportReport } from '../../../electron/core/clips';
import { extractFrames } from '../../../electron/media/extract';
import { ffmpegPath, runFfmpeg } from '../../../electron/media/ffmpeg';
import { availableFilters, colourRoads } from '../../../electron/media/filters';
import { probeFilm } from '../../../electron/media/probe';
import { decodePicture } from '../../../electron/nn/pixels';
import { importClips } from '../../../electron/services/clips';
import { plainContext } from '../../../electron/services/jobs';
import { frameFile, listFrames } from '../../../electron/store/frames';
import { makeFilm } from '../../helpers/films';
import { temporaryProject } from '../../helpers/projects';
import { realData } from '../../helpers/shared';

let holder: ReturnType<typeof temporaryProject>;
let work: string;
beforeEach(() => {
  holder = temporaryProject();
  work = join(holder.project.folder, '..', 'films');
  mkdirSync(work);
});
afterEach(() => holder.remove());

const context = plainContext();
// Where the set-up links ffmpeg into its package, ffprobe lies beside the real one.
const ffmpegFile = ffmpegPath();
const ffprobe = (existsSync(ffmpegFile) ? realpathSync(ffmpegFile) : ffmpegFile).replace(/ffmpeg(\.exe)?$/, 'ffprobe$1');
const hasFfprobe = spawnSync(ffprobe, ['-version']).status === 0;
if (!hasFfprobe) console.warn('SKIPPED: no ffprobe beside ffmpeg; timestamps are not compared with its own');

async function importAll(path: string, stream: number | null = null): Promise<ImportReport> {
  const [report] = await importClips(holder.project, { paths: [path], sampling: { kind: 'all' }, stream }, context);
  return report as ImportReport;
}

const timesOf = (report: ImportReport): number[] => listFrames(holder.project.db, { clipId: report.id ?? -1 }).map(({ timeMs }) => timeMs);

/** Timestamps of every frame by ffprobe, in ms from the start of the film. */
function probedTimes(file: string): readonly number[] {
  const { stdout } = spawnSync(ffprobe, ['-v', 'quiet', '-select_streams', 'V:0', '-show_entries', 'frame=pts_time,best_effort_timestamp_time:format=start_time', '-of', 'json', file], { maxBuffer: 1 << 28 });
  const { frames, format } = JSON.parse(stdout.toString()) as { frames: { pts_time?: string; best_effort_timestamp_time?: string }[]; format: { start_time?: string } };
  const start = Number(format.start_time ?? 0);
  // The last frames of some AVI films have no time in ffprobe's eyes: NaN.
  return frames.map((frame) => (Number(frame.best_effort_timestamp_time ?? frame.pts_time) - start) * 1000);
}

/** Mean of each colour over a frame of an imported film. */
function meanColour(report: ImportReport, index = 0): number[] {
  const frame = listFrames(holder.project.db, { clipId: report.id ?? -1 })[index];
  const { data } = decodePicture(readFileSync(join(holder.project.folder, frameFile(frame?.sha256 ?? ''))), 'frame');
  const sums = [0, 0, 0];
  data.forEach((value, at) => (sums[at % 3] = (sums[at % 3] as number) + value));
  return sums.map((sum) => (sum * 3) / data.length);
}

const far = (a: readonly number[], b: readonly number[]): number => Math.max(...a.map((value, index) => Math.abs(value - (b[index] as number))));

const videos = realData('videos');
test.skipIf(!videos || !hasFfprobe)('timestamps of every frame of every real film are those that ffprobe reads', async () => {
  const folder = videos as string;
  const reports = await importClips(holder.project, { paths: [folder], sampling: { kind: 'all' } }, context);
  const compared: string[] = [];
  const wrong: string[] = [];
  for (const report of reports.filter(({ id }) => id !== null)) {
    const truth = probedTimes(report.file);
    const times = timesOf(report);
    const same = times.length === truth.length && times.every((time, index) => !(Math.abs(time - (truth[index] as number)) >= 0.6));
    compared.push(report.file);
    if (!same) wrong.push(`${report.file.split('/').at(-1)}: ${times.length} frames ${times.slice(0, 4).join(' ')}, ffprobe ${truth.length}: ${truth.slice(0, 4).join(' ')}`);
  }
  expect(wrong).toEqual([]);
  expect(compared).toHaveLength(26);
});

test('a variable frame rate is measured, not believed', async () => {
  const steady = await importAll(await makeFilm(work, 'steady.mkv', { seconds: 3, rate: 30 }));
  expect(steady.variableFrameRate).toBe(false);
  // The container says 30 a second for all of it; every third frame of the second half is there.
  const jumpy = await makeFilm(work, 'jumpy.mp4', { seconds: 4, rate: 30, more: ['-vf', "select='lt(t,2)+not(mod(n,3))'", '-vsync', 'vfr'] });
  const report = await importAll(jumpy);
  expect(report.variableFrameRate).toBe(true);
  const times = timesOf(report);
  expect(times.slice(0, 3)).toEqual([0, 33.333, 66.667]);
  expect((times.at(-1) ?? 0) - (times.at(-2) ?? 0)).toBeCloseTo(100, 0);
});

test('a film with two streams gives the default one, or the one that is asked for', async () => {
  const film = join(work, 'two.mkv');
  await runFfmpeg(['-y', '-f', 'lavfi', '-i', 'color=red:size=64x48:duration=1:rate=5', '-f', 'lavfi', '-i', 'color=blue:size=96x64:duration=1:rate=5', '-map', '0', '-map', '1', '-c:v', 'mpeg4', '-disposition:v:0', '0', '-disposition:v:1', 'default', film]);
  expect(await importAll(film)).toMatchObject({ status: 'complete', width: 96, height: 64, framesStored: 5 });
  expect(await importAll(film, 0)).toMatchObject({ status: 'complete', width: 64, height: 48, framesStored: 5 });
  expect(await importAll(film, 0)).toMatchObject({ status: 'alreadyThere' });
  expect(await importAll(film, 7)).toMatchObject({ status: 'refused', reason: { key: 'clips:noSuchStream', params: { stream: 7, last: 1 } } });
});

test('cover art is no film stream', async () => {
  await runFfmpeg(['-y', '-f', 'lavfi', '-i', 'color=red:size=64x48', '-frames:v', '1', join(work, 'cover.png')]);
  const film = await makeFilm(work, 'plain.mp4', { seconds: 1, size: '96x64' });
  await runFfmpeg(['-y', '-i', film, '-i', join(work, 'cover.png'), '-map', '1', '-map', '0', '-c', 'copy', '-disposition:v:0', 'attached_pic', join(work, 'covered.mp4')]);
  await runFfmpeg(['-y', '-f', 'lavfi', '-i', 'sine=duration=1', '-i', join(work, 'cover.png'), '-map', '1', '-map', '0', '-c:v', 'copy', '-disposition:v:0', 'attached_pic', join(work, 'song.m4a')]);
  expect(await importAll(join(work, 'covered.mp4'))).toMatchObject({ status: 'complete', width: 96, height: 64, framesStored: 10 });
  expect(await importAll(join(work, 'song.m4a'))).toMatchObject({ status: 'refused', reason: { key: 'clips:noPictureStream' } });
});

test('full and limited range, BT.601 and BT.709, tagged or HD without tags, come out alike', async () => {
  const source = 'color=0xC83C28:size=1280x720:rate=5:duration=1,format=rgb24';
  const variant = (name: string, matrix: string, range: string, tags: readonly string[]): Promise<string> =>
    makeFilm(work, name, { source, more: ['-vf', `scale=out_color_matrix=${matrix}:out_range=${range},format=yuv420p`, '-c:v', 'libx264', '-crf', '4', ...tags] });
  const films = [
    await variant('limited709.mp4', 'bt709', 'limited', ['-colorspace', 'bt709', '-color_range', 'tv']),
    await variant('full709.mp4', 'bt709', 'full', ['-colorspace', 'bt709', '-color_range', 'pc']),
    await variant('limited601.mp4', 'bt601', 'limited', ['-colorspace', 'smpte170m', '-color_range', 'tv']),
    await variant('untagged.mp4', 'bt709', 'limited', []),
  ];
  for (const film of films) {
    const colour = meanColour(await importAll(film));
    expect({ film, off: far(colour, [200, 60, 40]) < 4 ? 0 : colour }).toEqual({ film, off: 0 });
  }
});

test('rotated films equal their upright twin, by matrix and by the old tag; pixels that are not square are made so', async () => {
  const source = 'color=red:size=96x64:rate=5:duration=1,drawbox=x=0:y=0:w=48:h=32:color=blue:t=fill';
  const upright = await makeFilm(work, 'upright.mp4', { source });
  await runFfmpeg(['-y', '-display_rotation', '90', '-i', upright, '-c', 'copy', join(work, 'turned.mp4')]);
  const turned = (await runFfmpeg(['-i', join(work, 'turned.mp4')])).stderr.includes('rotation of');
  if (!turned) await runFfmpeg(['-y', '-i', upright, '-c', 'copy', '-metadata:s:v:0', 'rotate=270', join(work, 'turned.mp4')]);
  const report = await importAll(join(work, 'turned.mp4'));
  expect(report).toMatchObject({ width: 64, height: 96 });
  const frame = listFrames(holder.project.db, { clipId: report.id ?? -1 })[0];
  const picture = decodePicture(readFileSync(join(holder.project.folder, frameFile(frame?.sha256 ?? ''))), 'frame');
  const at = (x: number, y: number): number[] => [...picture.data.subarray((y * picture.width + x) * 3, (y * picture.width + x) * 3 + 3)];
  const blue = report.rotation === 270 ? at(10, 80) : at(54, 10);
  expect(far(blue, [0, 0, 254])).toBeLessThan(12);
  const anamorphic = await importAll(await makeFilm(work, 'sar.mp4', { source: 'testsrc2=size=72x48:rate=5:duration=1,setsar=8/9' }));
  expect(anamorphic).toMatchObject({ width: 64, height: 48 });
});

test('odd sizes and alpha: what is transparent is black', async () => {
  const alpha = join(work, 'alpha.mov');
  await runFfmpeg(['-y', '-f', 'lavfi', '-i', "color=white:size=61x47:rate=5:duration=1,format=rgba,geq=r=255:g=255:b=255:a='if(lt(X,30),0,255)'", '-c:v', 'qtrle', alpha]);
  const report = await importAll(alpha);
  expect(report).toMatchObject({ status: 'complete', width: 61, height: 47, framesStored: 5 });
  expect(far(meanColour(report), [130, 130, 130])).toBeLessThan(5);
});

/** An HDR film of known patches (in nits of BT.2020 light), lossless, with or without whole tags. */
async function hdrFilm(name: string, transfer: 'arib-std-b67' | 'smpte2084', tagged = true): Promise<string> {
  const film = join(work, name);
  const signal = transfer === 'smpte2084' ? 'pq' : 'hlg';
  await runFfmpeg([
    '-y', '-f', 'lavfi', '-i', 'smptebars=size=320x180:rate=5:duration=1',
    '-vf', `scale=out_color_matrix=bt709:out_range=limited,format=yuv444p16le,setparams=range=limited:color_primaries=bt709:color_trc=bt709:colorspace=bt709,zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=bt2020,zscale=t=${transfer}:m=bt2020nc:r=limited:npl=203,format=yuv420p10le${tagged ? '' : ',setparams=color_primaries=unknown:colorspace=unknown'}`,
    '-c:v', 'ffv1', ...(tagged ? ['-color_primaries', 'bt2020', '-color_trc', transfer, '-colorspace', 'bt2020nc', '-color_range', 'tv'] : ['-color_trc', transfer]), film,
  ]);
  expect((await probeFilm(film)).hdr).toBe(signal);
  return film;
}

const filters = await availableFilters();
test.skipIf(!filters.has('zscale'))('HDR films are not washed out: every road of colours agrees with the standard-range original', async () => {
  const plain = meanPatches(await importAll(await makeFilm(work, 'plain.mkv', { source: 'smptebars=size=320x180:rate=5:duration=1', more: ['-c:v', 'ffv1'] })));
  for (const transfer of ['arib-std-b67', 'smpte2084'] as const) {
    const film = await hdrFilm(`${transfer}.mkv`, transfer);
    const info = await probeFilm(film);
    const roads = colourRoads(info, filters);
    expect(roads.map(({ toneMapped }) => toneMapped)).toEqual([true, true, true, false]);
    const report = await importAll(film);
    expect(report).toMatchObject({ status: 'complete', reason: null });
    const mapped = meanPatches(report);
    expect({ transfer, plain, mapped, near: far(mapped.flat(), plain.flat()) < 25 }).toMatchObject({ near: true });
    expect(saturation(mapped)).toBeGreaterThan(0.9 * saturation(plain));
    const lookups = await patchesOf(film, colourRoads(info, new Set([...filters].filter((name) => name !== 'zscale'))));
    expect({ transfer, lookups, mapped, near: far(lookups.flat(), mapped.flat()) < 30 }).toMatchObject({ near: true });
  }
});

test.skipIf(!filters.has('zscale'))('an HDR film whose colours are not tagged is taken by the next road', async () => {
  const report = await importAll(await hdrFilm('untagged.mkv', 'arib-std-b67', false));
  expect(report).toMatchObject({ status: 'complete', reason: null, framesStored: 5 });
  expect(saturation(meanPatches(report))).toBeGreaterThan(60);
});

test('a frame has its quality: a blurred film is less sharp, a white one is clipped', async () => {
  const quality = async (name: string, source: string): Promise<{ sharpness: number; exposure: number; clipped: number }> => {
    const film = await makeFilm(work, name, { source });
    const folder = join(work, `${name}.d`);
    mkdirSync(folder);
    const { frames } = await extractFrames(film, await probeFilm(film), { kind: 'all' }, folder);
    expect(readdirSync(folder)).toHaveLength(5);
    return frames[0]?.quality ?? { sharpness: -1, exposure: -1, clipped: -1 };
  };
  const sharp = await quality('sharp.mp4', 'testsrc2=size=320x240:rate=5:duration=1');
  const soft = await quality('soft.mp4', 'testsrc2=size=320x240:rate=5:duration=1,gblur=sigma=8');
  const white = await quality('white.mp4', 'color=white:size=320x240:rate=5:duration=1');
  expect(sharp.sharpness).toBeGreaterThan(5 * soft.sharpness);
  expect(white).toMatchObject({ clipped: 1 });
  expect(white.exposure).toBeGreaterThan(0.98);
  expect(sharp.clipped).toBeLessThan(0.6);
});

/** Mean colour in each of the seven bars of the SMPTE test picture. */
function patchesIn(bytes: Buffer): number[][] {
  const { data, width, height } = decodePicture(bytes, 'frame');
  return Array.from({ length: 7 }, (_, bar) => {
    const at = (Math.floor(height * 0.3) * width + Math.floor(((bar + 0.5) * width) / 7)) * 3;
    return [...data.subarray(at, at + 3)];
  });
}

function meanPatches(report: ImportReport): number[][] {
  const frame = listFrames(holder.project.db, { clipId: report.id ?? -1 })[0];
  return patchesIn(readFileSync(join(holder.project.folder, frameFile(frame?.sha256 ?? ''))));
}

async function patchesOf(film: string, roads: ReturnType<typeof colourRoads>): Promise<number[][]> {
  const file = join(work, 'road.jpg');
  const { stderr, exitCode } = await runFfmpeg(['-y', '-i', film, '-frames:v', '1', '-vf', `${roads[0]?.filters ?? ''}scale=out_color_matrix=bt601:out_range=full,format=yuvj444p`, '-q:v', '2', file]);
  expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }).toEqual({ exitCode: 0, stderr: '' });
  return patchesIn(readFileSync(file));
}

const saturation = (patches: number[][]): number => patches.reduce((sum, patch) => sum + Math.max(...patch) - Math.min(...patch), 0) / patches.length;
