import { conf, language } from 'monaco-editor/languages/definitions/pgsql/pgsql'
import { monaco } from './monaco.ts'

export const SQL = 'pgsql'

/** Words that Postgres does not reserve and Monaco therefore leaves out, though every query has some. */
const UNRESERVED = ['BY', 'FILTER', 'FIRST', 'GROUPS', 'INTERVAL', 'LAST', 'MATERIALIZED', 'NULLS', 'OVER', 'PARTITION']
const MORE = ['RANGE', 'RECURSIVE', 'ROWS', 'SET', 'VALUES', 'WITHIN', 'WITHOUT', 'ZONE']

export const keywords = [...new Set([...language.keywords, ...language.operators, ...UNRESERVED, ...MORE])]
export const functions = language.builtinFunctions

/** Postgres' SQL as Monaco knows it, with placeholders, optional clauses, dollar quotes and nested comments. */
export function registerSql(): void {
  if (monaco.languages.getLanguages().some((known) => known.id === SQL)) return
  monaco.languages.register({ id: SQL })
  monaco.languages.setLanguageConfiguration(SQL, { ...conf, colorizedBracketPairs: [] })
  monaco.languages.setMonarchTokensProvider(SQL, {
    ...language,
    keywords,
    tokenizer: {
      ...language.tokenizer,
      root: [
        [/\{\{[^{}\n]*\}\}/, 'placeholder'],
        [/\[\[|\]\]/, 'placeholder.optional'],
        [/\$([A-Za-z_]\w*)?\$/, { token: 'string', next: '@dollarQuoted.$0' }],
        ...(language.tokenizer.root as monaco.languages.IMonarchLanguageRule[]),
      ],
      dollarQuoted: [
        [/[^$]+/, 'string'],
        [
          /\$([A-Za-z_]\w*)?\$/,
          { cases: { '$0==$S2': { token: 'string', next: '@pop' }, '@default': { token: 'string' } } },
        ],
        [/\$/, 'string'],
      ],
      comment: [
        [/[^*/]+/, 'comment'],
        [/\/\*/, { token: 'comment.quote', next: '@push' }],
        [/\*\//, { token: 'comment.quote', next: '@pop' }],
        [/./, 'comment'],
      ],
    },
  })
}
