import { h } from './dom';
import type { Answer, Known } from './server';
import { percent, say } from './texts';

/** A large button for a thumb. */
export function button(text: string, act: () => void, kind: 'main' | 'quiet' | 'plain' = 'plain', testId?: string): HTMLButtonElement {
  return h('button', { type: 'button', class: `button ${kind}`, onclick: act, 'data-testid': testId }, text);
}

/** What is going on, for eyes and screen readers. */
export function status(text: string, kind: 'wait' | 'good' | 'bad' | 'calm' = 'calm'): HTMLElement {
  return h('p', { class: `status ${kind}`, role: kind === 'bad' ? 'alert' : 'status', 'data-testid': `phone-${kind}` }, kind === 'wait' ? h('span', { class: 'spinner', 'aria-hidden': 'true' }) : null, text);
}

/** The button that opens the phone's own camera: needs no certificate. */
export function takeButton(text: string, take: (file: File) => void): HTMLElement {
  const input = h('input', { type: 'file', accept: 'image/*', capture: 'environment', class: 'hidden', 'data-testid': 'phone-file', 'aria-label': text });
  input.addEventListener('change', () => {
    const file = input.files?.[0];
    input.value = '';
    if (file) take(file);
  });
  return h('label', { class: 'button main' }, text, input);
}

/** The picture that is looked at. */
export function photo(address: string): HTMLElement {
  return h('div', { class: 'photo' }, h('img', { src: address, alt: say('phone:picture') }));
}

function bar(known: Known, name: string, score: number): HTMLElement {
  const filled = h('span', {});
  // By the object model: a style attribute is forbidden to this page.
  filled.style.width = `${score * 100}%`;
  filled.style.background = known.classes.find((shown) => shown.name === name)?.colour ?? 'var(--accent)';
  return h('li', {}, h('span', { class: 'bar-head' }, h('span', { class: 'name' }, name), h('strong', {}, percent(score))), h('span', { class: 'track', 'aria-hidden': 'true' }, filled));
}

/** The answer: what it is, how sure, and all classes. */
export function answerView(known: Known, answer: Answer): HTMLElement {
  return h(
    'section',
    { class: 'answer' },
    h('div', { role: 'status' },
      h('h1', { 'data-testid': 'phone-answer', class: answer.unknown ? 'unknown' : '' }, answer.unknown ? say('phone:unknown') : answer.class),
      h('p', { class: 'dim' }, answer.unknown ? say('phone:unknownHelp', { class: answer.class, score: percent(answer.score) }) : say('phone:sure', { score: percent(answer.score) }))),
    h('ul', { class: 'bars', 'aria-label': say('phone:scores') }, ...answer.scores.map(({ class: name, score }) => bar(known, name, score))),
    h('p', { class: 'dim small', 'data-testid': 'phone-latency' }, say('phone:answeredIn', { milliseconds: String(Math.round(answer.milliseconds)) })),
  );
}

/** Classes to choose from, the most likely first. */
export function classChoice(known: Known, answer: Answer, choose: (name: string) => void, back: () => void): HTMLElement {
  const score = (name: string): number => answer.scores.find((entry) => entry.class === name)?.score ?? -1;
  const sorted = [...known.classes].sort((a, b) => score(b.name) - score(a.name)).filter(({ name }) => name !== answer.class || answer.unknown);
  const choices = sorted.map(({ name, colour }) => {
    const dot = h('span', { class: 'dot', 'aria-hidden': 'true' });
    dot.style.background = colour;
    return h('button', { type: 'button', class: 'button choice', onclick: () => choose(name), 'data-testid': 'phone-class' }, dot, h('span', { class: 'name' }, name));
  });
  return h('section', { class: 'choices' }, h('h2', {}, say('phone:whichClass')), ...choices, button(say('phone:back'), back, 'quiet'));
}

/** Where pictures are taken: one of the known backgrounds, a new one, or left open. */
export function backgroundChoice(known: Known, choose: (name: string | null) => void): HTMLElement {
  const field = h('input', { type: 'text', maxlength: '80', class: 'field', 'aria-label': say('phone:newBackground'), placeholder: say('phone:newBackground'), 'data-testid': 'phone-new-background' });
  const form = h('form', { class: 'row' }, field, h('button', { type: 'submit', class: 'button plain' }, say('phone:addBackground')));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (field.value.trim() !== '') choose(field.value.trim());
  });
  return h('section', { class: 'choices' }, h('h2', {}, say('phone:whereTaken')), h('p', { class: 'dim' }, say('phone:whereHelp')),
    ...known.backgrounds.map((name) => h('button', { type: 'button', class: 'button choice', onclick: () => choose(name), 'data-testid': 'phone-background' }, h('span', { class: 'name' }, name))),
    form, button(say('phone:noBackground'), () => choose(null), 'quiet'));
}
