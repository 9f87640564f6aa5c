import { isDark, readColors } from '../shared/theme.ts'
import { monaco } from './monaco.ts'

/** Colours of code; each may be set by the page as `--code-NAME`. All reach 4.5:1 on the surfaces of both themes. */
const LIGHT = { keyword: '#1d4fb8', string: '#0f6a43', number: '#9c3d10', call: '#6b3fa0', placeholder: '#a3125f' }
const DARK = { keyword: '#8ab4ff', string: '#86d9a8', number: '#f2b183', call: '#c9a8f5', placeholder: '#ff9ecb' }

/** Defines and applies Monaco's theme from the tokens as they hold at `element` now. */
export function applyTheme(element: Element): void {
  const dark = isDark()
  const code = dark ? DARK : LIGHT
  const color = readColors(element, {
    surface: `var(--surface-raised, ${dark ? '#1b2026' : '#ffffff'})`,
    text: `var(--text, ${dark ? '#e6e9ec' : '#1c2127'})`,
    muted: `var(--text-muted, ${dark ? '#9aa5b1' : '#5c6670'})`,
    border: `var(--border, ${dark ? '#313940' : '#d9dee3'})`,
    accent: `var(--accent, ${dark ? '#8ab4ff' : '#2457c5'})`,
    danger: `var(--danger, ${dark ? '#ff8a80' : '#b3261e'})`,
    keyword: `var(--code-keyword, ${code.keyword})`,
    string: `var(--code-string, ${code.string})`,
    number: `var(--code-number, ${code.number})`,
    call: `var(--code-call, ${code.call})`,
    placeholder: `var(--code-placeholder, ${code.placeholder})`,
  })
  monaco.editor.defineTheme('plumb', {
    base: dark ? 'vs-dark' : 'vs',
    inherit: true,
    rules: rules({
      '': [color.text],
      comment: [color.muted, 'italic'],
      keyword: [color.keyword],
      operator: [color.keyword],
      string: [color.string],
      number: [color.number],
      predefined: [color.call],
      identifier: [color.text],
      delimiter: [color.text],
      placeholder: [color.placeholder, 'bold'],
    }),
    colors: {
      'editor.background': color.surface,
      'editor.foreground': color.text,
      'editorLineNumber.foreground': color.muted,
      'editorLineNumber.activeForeground': color.text,
      'editorCursor.foreground': color.accent,
      'editor.selectionBackground': fade(color.accent, '40'),
      'editor.inactiveSelectionBackground': fade(color.accent, '26'),
      'editor.lineHighlightBackground': fade(color.text, '08'),
      'editor.lineHighlightBorder': '#00000000',
      'editor.wordHighlightBackground': fade(color.accent, '1f'),
      'editor.placeholder.foreground': color.muted,
      'editorBracketMatch.background': fade(color.accent, '26'),
      'editorBracketMatch.border': fade(color.accent, '80'),
      'editorError.foreground': color.danger,
      'editorWidget.background': color.surface,
      'editorWidget.foreground': color.text,
      'editorWidget.border': color.border,
      'editorSuggestWidget.background': color.surface,
      'editorSuggestWidget.foreground': color.text,
      'editorSuggestWidget.border': color.border,
      'editorSuggestWidget.selectedBackground': fade(color.accent, '33'),
      'editorSuggestWidget.selectedForeground': color.text,
      'editorSuggestWidget.highlightForeground': color.accent,
      'editorSuggestWidget.focusHighlightForeground': color.accent,
      'editorHoverWidget.background': color.surface,
      'editorHoverWidget.border': color.border,
      'menu.background': color.surface,
      'menu.foreground': color.text,
      'menu.border': color.border,
      'menu.selectionBackground': fade(color.accent, '33'),
      'menu.selectionForeground': color.text,
      'input.background': color.surface,
      'input.foreground': color.text,
      'input.border': color.border,
      focusBorder: color.accent,
      'scrollbarSlider.background': fade(color.muted, '40'),
      'scrollbarSlider.hoverBackground': fade(color.muted, '66'),
      'scrollbar.shadow': '#00000000',
    },
  })
  monaco.editor.setTheme('plumb')
}

/** Each rule with and without the language's postfix: Monaco's own themes colour `string.sql` more specifically. */
function rules(looks: Record<string, [color: string, fontStyle?: string]>): monaco.editor.ITokenThemeRule[] {
  return Object.entries(looks).flatMap(([token, [color, fontStyle = '']]) =>
    [token, `${token}.sql`].map((name) => ({ token: name, foreground: color.slice(1), fontStyle })),
  )
}

function fade(color: string, alpha: string): string {
  return color.slice(0, 7) + alpha
}
