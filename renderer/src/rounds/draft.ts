import { useState } from 'react';
import type { NextRound, ProjectView } from '../../../electron/ipc/contract';
import { queries } from '../ui/queries';
import { firstForm, type RoundForm } from './wish';

interface Draft {
  readonly form: RoundForm;
  /** Backgrounds that there were to choose from. */
  readonly available: readonly string[];
}

/** The draft as it is shown again: backgrounds that came since are chosen, those that are gone are not. */
export function continuedForm({ form, available }: Draft, next: NextRound): RoundForm {
  const backgrounds = next.available.map(({ name }) => name).filter((name) => form.backgrounds.includes(name) || !available.includes(name));
  return { ...form, backgrounds };
}

const drafts = new Map<string, Draft>();

/** The form of the next round. What was chosen in it stays while another place is shown; each project, round and starting model has its own. */
export function useRoundForm(next: NextRound, from: string | null): readonly [RoundForm, (form: RoundForm) => void] {
  const key = JSON.stringify([queries.getQueryData<ProjectView | null>(['projects:current'])?.folder, next.number, from]);
  const [form, setForm] = useState(() => {
    const draft = drafts.get(key);
    return draft ? continuedForm(draft, next) : firstForm(next, from);
  });
  const change = (changed: RoundForm): void => {
    drafts.set(key, { form: changed, available: next.available.map(({ name }) => name) });
    setForm(changed);
  };
  return [form, change];
}
