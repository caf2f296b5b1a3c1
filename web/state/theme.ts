/** Dark or light: the system's choice unless the reader made one, which is kept in this browser. */
import { useSyncExternalStore } from 'react'

export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

/** index.html reads it too. */
const key = 'relayplane.theme'
const changed = 'relayplane:theme'
const prefersDark = () => matchMedia('(prefers-color-scheme: dark)')

/** The stylesheet reads `data-theme`; without it, the system's preference. index.html sets what was chosen before. */
export function chooseTheme(theme: Theme): void {
  try {
    localStorage.setItem(key, theme)
  } catch {
    // The choice then lasts as long as the page.
  }
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
  window.dispatchEvent(new Event(changed))
}

function subscribe(listener: () => void): () => void {
  const media = prefersDark()
  media.addEventListener('change', listener)
  window.addEventListener(changed, listener)
  return () => {
    media.removeEventListener('change', listener)
    window.removeEventListener(changed, listener)
  }
}

/** What the reader chose. */
export const useTheme = (): Theme =>
  useSyncExternalStore(subscribe, () => {
    const set = document.documentElement.dataset['theme']
    return themes.find((theme) => theme === set) ?? 'system'
  })

/** What is on the screen. */
export const useIsDark = (): boolean =>
  useSyncExternalStore(subscribe, () => {
    const set = document.documentElement.dataset['theme']
    return set === undefined ? prefersDark().matches : set === 'dark'
  })
