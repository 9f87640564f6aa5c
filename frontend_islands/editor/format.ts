import { formatDialect, type FormatOptionsWithDialect, postgresql } from 'sql-formatter'

/** Loaded when somebody formats for the first time. */
const OPTIONS: FormatOptionsWithDialect = {
  dialect: postgresql,
  keywordCase: 'preserve',
  tabWidth: 2,
  expressionWidth: 80,
  linesBetweenQueries: 1,
  // Placeholders, and the brackets of an optional clause, which stand for nothing that SQL knows.
  paramTypes: { custom: [{ regex: String.raw`\{\{[^{}\n]*\}\}` }] },
}
const OPENING = '/*[[*/'
const CLOSING = '/*]]*/'

/** The same statement, laid out; undefined when it cannot be without a change of anything but white space. */
export function formatted(sql: string): string | undefined {
  try {
    const hidden = outsideText(sql, (code) => code.replaceAll('[[', OPENING).replaceAll(']]', CLOSING))
    const laid = bracketed(formatDialect(hidden, OPTIONS))
    return bare(laid) === bare(sql) ? laid : undefined
  } catch {
    return undefined
  }
}

/** The brackets again, an optional clause on lines of its own. */
function bracketed(laid: string): string {
  return laid
    .replace(/\s*\/\*\[\[\*\/\s*\n([ \t]*)/g, '\n$1[[ ')
    .replaceAll(OPENING, '[[')
    .replace(/\s*\/\*\]\]\*\//g, ' ]]')
}

const TEXT = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\$([A-Za-z_]\w*)?\$[\s\S]*?\$\1\$/g

/** Changes what lies outside of strings, quoted names and comments. */
function outsideText(sql: string, change: (code: string) => string): string {
  let result = ''
  let from = 0
  for (const match of sql.matchAll(TEXT)) {
    result += change(sql.slice(from, match.index)) + match[0]
    from = match.index + match[0].length
  }
  return result + change(sql.slice(from))
}

/** Without white space, except inside strings and names: what must not change. */
function bare(sql: string): string {
  let result = ''
  let from = 0
  for (const match of sql.matchAll(TEXT)) {
    const isComment = match[0].startsWith('--') || match[0].startsWith('/*')
    result += sql.slice(from, match.index).replace(/\s+/g, '') + (isComment ? match[0].replace(/\s+/g, '') : match[0])
    from = match.index + match[0].length
  }
  return result + sql.slice(from).replace(/\s+/g, '')
}
