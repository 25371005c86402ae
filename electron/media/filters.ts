import { runFfmpeg } from './ffmpeg';
import type { FilmInfo } from './probe';
import { ffmpegPath } from './ffmpeg';

/** Names of the filters of the found ffmpeg, asked once per ffmpeg. */
const known = new Map<string, Promise<ReadonlySet<string>>>();

/** Names of the filters that the ffmpeg in use was built with. */
export function availableFilters(): Promise<ReadonlySet<string>> {
  const path = ffmpegPath();
  const found = known.get(path) ?? runFfmpeg(['-hide_banner', '-filters'], { silenceMs: 30_000 }).then(({ stdout }) => parseFilters(stdout.toString('utf8')));
  known.set(path, found);
  return found;
}

/** Filter names from what `ffmpeg -filters` prints. */
export function parseFilters(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/^ [A-Z.|]{2,4} +(\w+) +\S+->\S+/gm)].map((match) => match[1] as string));
}

/** White of the standard range in an HDR film, in nits (ITU-R BT.2408). */
const referenceWhite = 203;

/** The brightest light that is told apart, in units of the reference white: 1000 nits. */
const peak = 1000 / referenceWhite;
// Light up to here stays as it is, so that HDR films look like standard ones; only what is brighter is pressed together.
const knee = 0.6;

/** The Mobius curve of ffmpeg's `tonemap`, as an expression in `x`. */
function mobius(x: string): string {
  const a = (-knee * knee * (peak - 1)) / (knee * knee - 2 * knee + peak);
  const b = (knee * knee - 2 * knee * peak + peak) / (peak - 1);
  const factor = (b * b + 2 * b * knee + knee * knee) / (b - a);
  return `if(lte(${x}\\,${knee})\\,${x}\\,${factor.toFixed(8)}*(${x}+(${a.toFixed(8)}))/(${x}+(${b.toFixed(8)})))`;
}

/** Linear light (1 = the peak of 1000 nits) of an HDR code value `v` in 0..1, as an ffmpeg expression. */
function linear(hdr: 'hlg' | 'pq', v: string): string {
  if (hdr === 'pq') return `10*pow(max(pow(${v}\\,1/78.84375)-0.8359375\\,0)/(18.8515625-18.6875*pow(${v}\\,1/78.84375))\\,1/0.1593017578125)`;
  // ARIB STD-B67; the display's gamma of 1.2 is applied per channel.
  return `pow(if(lte(${v}\\,0.5)\\,${v}*${v}/3\\,(exp((${v}-0.55991073)/0.17883277)+0.28466892)/12)\\,1.2)`;
}

function withZscale(info: FilmInfo, tagged: boolean): string {
  const transfer = info.hdr === 'pq' ? 'smpte2084' : 'arib-std-b67';
  // Tags that are missing or contradict each other make zscale refuse: the second try says them itself.
  const tags = tagged ? '' : `tin=${transfer}:min=${info.colour.matrix === 'bt709' ? 'bt709' : 'bt2020nc'}:pin=bt2020:rin=${info.colour.full ? 'full' : 'limited'}:`;
  return `zscale=${tags}t=linear:npl=${referenceWhite},format=gbrpf32le,zscale=p=bt709,tonemap=mobius:param=${knee}:desat=0:peak=${peak.toFixed(4)},zscale=t=bt709:m=bt709:r=full,`;
}

function withLookups(info: FilmInfo): string {
  const matrix = info.colour.matrix === 'bt709' ? 'bt709' : 'bt2020';
  const range = info.colour.full ? 'full' : 'limited';
  const each = (expression: string): string => `lutrgb=r='${expression}':g='${expression}':b='${expression}',`;
  const toLinear = `65535*min(1\\,${linear(info.hdr ?? 'pq', '(val/65535)')})`;
  const mapped = `(${mobius(`(val/65535*${peak.toFixed(4)})`)})`;
  const toCode = `65535*(if(lt(${mapped}\\,0.018)\\,4.5*max(0\\,${mapped})\\,1.099*pow(${mapped}\\,0.45)-0.099))`;
  return (
    `scale=in_color_matrix=${matrix}:in_range=${range},format=gbrp16le,${each(toLinear)}` +
    'colorchannelmixer=1.6605:-0.5876:-0.0728:0:-0.1246:1.1329:-0.0083:0:-0.0182:-0.1006:1.1187:0,' +
    `${each(toCode)}format=gbrp16le,`
  );
}

/** A way to bring the film's colours to a standard screen; `toneMapped` is false where this ffmpeg has none. */
export interface ColourRoad {
  readonly filters: string;
  readonly toneMapped: boolean;
}

/**
 * Ways from the film's colours to BT.709 in the order in which they are to be tried: when ffmpeg refuses one, the next
 * is taken. A film of standard range has one way, with nothing to do.
 */
export function colourRoads(info: FilmInfo, filters: ReadonlySet<string>): readonly ColourRoad[] {
  if (info.hdr === null) return [{ filters: '', toneMapped: true }];
  const roads: ColourRoad[] = [];
  const deep = 'format=yuv444p16le,';
  if (filters.has('zscale') && filters.has('tonemap')) {
    roads.push({ filters: deep + withZscale(info, true), toneMapped: true }, { filters: deep + withZscale(info, false), toneMapped: true });
  }
  if (filters.has('lutrgb') && filters.has('colorchannelmixer')) roads.push({ filters: deep + withLookups(info), toneMapped: true });
  return [...roads, { filters: '', toneMapped: false }];
}

/** What swscale has to be told about the film's colours: tags where it has them, else what players assume (HD: BT.709). */
export function inputColours(info: FilmInfo): string {
  const hd = info.storedHeight >= 720 || info.storedWidth >= 1280;
  const matrix = info.colour.matrix === null && hd ? ':in_color_matrix=bt709' : '';
  return matrix + (info.colour.full === null ? '' : `:in_range=${info.colour.full ? 'full' : 'limited'}`);
}
