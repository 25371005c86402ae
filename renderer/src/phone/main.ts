import './phone.css';
import { h } from './dom';
import { canGoLive, goLive, type Live } from './live';
import { prepare, type Shot } from './picture';
import { keep, pair, predict, readKnown, Refused, type Answer, type Known } from './server';
import { language, say } from './texts';
import { answerView, backgroundChoice, button, classChoice, photo, status, takeButton } from './views';

const page = document.getElementById('page') as HTMLElement;
let known: Known | null = null;
let shot: Shot | null = null;
let live: Live | null = null;
/** undefined: not asked yet; null: left open. */
let background: string | null | undefined;

function show(...parts: (Node | null)[]): void {
  const head = h('header', {}, h('span', { class: 'brand' }, 'Graft'), known ? h('span', { class: 'dim small name' }, say('phone:pairedWith', { project: known.project })) : null);
  page.replaceChildren(head, ...parts.filter((part): part is Node => part !== null));
  window.scrollTo(0, 0);
}

const foot = (...parts: (Node | null)[]): HTMLElement => h('footer', {}, ...parts);
const words = (error: unknown): string => (error instanceof Refused ? error.message : say('phone:unreadable'));

function showUnpaired(message?: string): void {
  known = null;
  show(h('section', { class: 'calm' }, h('h1', {}, say('phone:scanTitle')), message ? status(message, 'bad') : null, h('p', { class: 'dim', 'data-testid': 'phone-scan' }, say('phone:scan'))));
}

/** A refusal that means "not paired any more" leads back to the start; others are said, with a way on. */
function showError(error: unknown, again: () => void): void {
  if (error instanceof Refused && error.status === 401) return showUnpaired();
  show(shot ? photo(shot.address) : null, status(words(error), 'bad'), foot(button(say('phone:again'), again), takeButton(say('phone:another'), (file) => void take(file))));
}

function liveButton(): HTMLElement | null {
  return canGoLive() ? button(say('phone:live'), () => void startLive(), 'plain', 'phone-live') : null;
}

function showReady(): void {
  if (!known) return showUnpaired();
  show(h('section', { class: 'calm' }, h('div', { class: 'finder', 'aria-hidden': 'true' }), h('p', { 'data-testid': 'phone-ready' }, say('phone:ready', { model: known.model.name }))), foot(liveButton(), takeButton(say('phone:take'), (file) => void take(file))));
}

async function take(file: File): Promise<void> {
  stopLive();
  if (shot) URL.revokeObjectURL(shot.address);
  shot = null;
  try {
    shot = await prepare(file);
  } catch (error) {
    return showError(error, showReady);
  }
  await askAbout(shot);
}

async function askAbout(picture: Shot): Promise<void> {
  show(photo(picture.address), status(say('phone:asking', { model: known?.model.name ?? '' }), 'wait'));
  try {
    showAnswer(picture, await predict(picture.blob));
  } catch (error) {
    showError(error, () => void askAbout(picture));
  }
}

function backgroundLine(picture: Shot, answer: Answer): HTMLElement | null {
  if (background === undefined || !known) return null;
  const current = known;
  const change = button(say('phone:change'), () => show(backgroundChoice(current, (name) => {
    remember(name);
    showAnswer(picture, answer);
  })), 'quiet');
  return h('p', { class: 'dim small line' }, background === null ? say('phone:openBackground') : say('phone:background', { name: background }), change);
}

function showAnswer(picture: Shot, answer: Answer): void {
  if (!known) return showUnpaired();
  const current = known;
  const label = (name: string): void => void keepAs(picture, answer, name);
  const wrong = (): void => show(photo(picture.address), classChoice(current, answer, label, () => showAnswer(picture, answer)));
  const right = answer.unknown || !current.classes.some(({ name }) => name === answer.class) ? null : button(say('phone:right'), () => label(answer.class), 'plain', 'phone-right');
  show(photo(picture.address), answerView(current, answer), backgroundLine(picture, answer), foot(h('div', { class: 'row' }, right, button(say('phone:wrong'), wrong, 'plain', 'phone-wrong')), takeButton(say('phone:another'), (file) => void take(file))));
}

function remember(name: string | null): void {
  background = name;
  if (name !== null && known && !known.backgrounds.includes(name)) known = { ...known, backgrounds: [...known.backgrounds, name] };
}

async function keepAs(picture: Shot, answer: Answer, name: string): Promise<void> {
  if (background === undefined && known) {
    return show(photo(picture.address), backgroundChoice(known, (chosen) => {
      remember(chosen);
      void keepAs(picture, answer, name);
    }));
  }
  show(photo(picture.address), status(say('phone:keeping'), 'wait'));
  try {
    await keep(answer.picture, name, background ?? null);
    show(photo(picture.address), status(say('phone:kept', { class: name }), 'good'), foot(liveButton(), takeButton(say('phone:another'), (file) => void take(file))));
  } catch (error) {
    showError(error, () => void keepAs(picture, answer, name));
  }
}

function stopLive(): void {
  live?.stop();
  live = null;
}

async function startLive(): Promise<void> {
  const place = h('div', {});
  try {
    live = await goLive(
      (answer) => known && place.replaceChildren(answerView(known, answer)),
      (error) => place.replaceChildren(status(words(error), 'bad')),
    );
  } catch (error) {
    return show(status(say('phone:noCamera', { reason: error instanceof Error ? error.message : String(error) }), 'bad'), foot(takeButton(say('phone:take'), (file) => void take(file))));
  }
  const { video } = live;
  const useShot = async (): Promise<void> => {
    if (!live) return;
    const blob = await live.shoot();
    stopLive();
    shot = { blob, address: URL.createObjectURL(blob) };
    await askAbout(shot);
  };
  const stop = (): void => {
    stopLive();
    showReady();
  };
  show(h('div', { class: 'photo' }, video), place, foot(button(say('phone:stopLive'), stop, 'quiet'), button(say('phone:useShot'), () => void useShot(), 'main', 'phone-shot')));
}

/** Pairs with the token of the QR code where there is one, then begins. */
async function start(): Promise<void> {
  document.documentElement.lang = language;
  const token = /^#k=([\w-]+)$/.exec(location.hash)?.[1];
  show(status(say('phone:pairing'), 'wait'));
  // Once: it stays in no history, and a reload does not try it again.
  if (token !== undefined) history.replaceState(null, '', location.pathname);
  let refusal: string | undefined;
  if (token !== undefined) {
    try {
      await pair(token);
    } catch (error) {
      refusal = words(error);
    }
  }
  try {
    known = await readKnown();
    showReady();
  } catch (error) {
    if (error instanceof Refused && error.status === 401) showUnpaired(refusal);
    else showError(error, () => void start());
  }
}

void start();
