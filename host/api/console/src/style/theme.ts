// Light, dark, or as the system has it. A choice of looks is all that is kept in the browser.

export type Theme = 'system' | 'light' | 'dark';

const KEY = 'tieline-theme';
// eslint-disable-next-line no-restricted-globals -- a choice of looks is no secret
const kept = (): Storage | undefined => (typeof localStorage === 'undefined' ? undefined : localStorage);

export function theme(): Theme {
  const found = kept()?.getItem(KEY);
  return found === 'light' || found === 'dark' ? found : 'system';
}

export function wear(next: Theme): void {
  kept()?.setItem(KEY, next);
  show();
}

export function show(): void {
  const wanted = theme();
  if (wanted === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = wanted;
}
