import type { AppInfo, Preferences } from '../../../electron/ipc/contract';
import { setLanguage } from '../i18n/i18n';
import { call } from '../studio';
import { queries, useStudio } from '../ui/queries';
import { attempt } from '../ui/tell';

/** The language that the preferences come to. */
export function languageOf({ language, systemLanguage }: Preferences): 'en' | 'ru' {
  return language === 'system' ? systemLanguage : language;
}

/** The preferences as they are now; main.tsx has read them before anything is shown. */
export function usePreferences(): Preferences {
  return (useStudio('app:info').data as AppInfo).preferences;
}

/** Changes some preferences and makes them felt at once. */
export async function setPreferences(change: Partial<Preferences>): Promise<void> {
  const preferences = await attempt(call('app:setPreferences', change));
  if (!preferences) return;
  queries.setQueryData<AppInfo>(['app:info'], (info) => info && { ...info, preferences });
  setLanguage(languageOf(preferences));
}
