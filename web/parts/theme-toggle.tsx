/** Goes round system, light and dark. */
import { chooseTheme, themes, useTheme } from '../state/theme.ts'
import { Icon } from './icons.tsx'

export function ThemeToggle() {
  const theme = useTheme()
  const next = themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'system'
  const label = `Theme: ${theme}. Change to ${next}.`
  return (
    <button
      type="button"
      data-testid="theme"
      className="inline-flex size-7 items-center justify-center rounded-sm text-dim hover:bg-raised hover:text-ink"
      aria-label={label}
      title={label}
      onClick={() => chooseTheme(next)}
    >
      <Icon name={theme} />
    </button>
  )
}
