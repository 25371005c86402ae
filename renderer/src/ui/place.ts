import { create } from 'zustand';

export const places = ['board', 'frames', 'rounds', 'models', 'migrate', 'try', 'settings'] as const;
export type Place = (typeof places)[number];
export type PlaceParams = Readonly<Record<string, string>>;

/** Where the user is, with what the place was asked to show; kept in the address, so that Back works. */
export interface Where {
  readonly place: Place;
  readonly params: PlaceParams;
}

/** `#/frames?class=3` -> place and parameters; the Board for anything unknown. */
export function parseAddress(hash: string): Where {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const place = places.find((name) => name === path) ?? 'board';
  return { place, params: Object.fromEntries(new URLSearchParams(query)) };
}

/** The inverse of `parseAddress`. */
export function formatAddress({ place, params }: Where): string {
  const query = new URLSearchParams(params).toString();
  return query ? `#/${place}?${query}` : `#/${place}`;
}

export const usePlace = create<Where>(() => parseAddress(typeof location === 'undefined' ? '' : location.hash));

/** Goes to a place; the one before stays behind Back. */
export function go(place: Place, params: PlaceParams = {}): void {
  const where: Where = { place, params };
  if (formatAddress(where) === formatAddress(usePlace.getState())) return;
  history.pushState(null, '', formatAddress(where));
  usePlace.setState(where, true);
}

/** Changes the parameters of the place without a new step in the history. */
export function refine(params: PlaceParams): void {
  const where: Where = { place: usePlace.getState().place, params };
  history.replaceState(null, '', formatAddress(where));
  usePlace.setState(where, true);
}

/** Follows Back and Forward. */
export function followHistory(): void {
  addEventListener('popstate', () => usePlace.setState(parseAddress(location.hash), true));
}
