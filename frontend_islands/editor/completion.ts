import { functions, keywords, SQL } from './language.ts'
import { monaco } from './monaco.ts'
import { type Known, known } from './schema.ts'

/** Completes what the server knows of the datasource, then keywords, functions and, in braces, parameters. */
export function registerCompletion(): void {
  monaco.languages.registerCompletionItemProvider(SQL, {
    triggerCharacters: ['{', '.', ' ', '"'],
    async provideCompletionItems(model, position, context, token) {
      const word = model.getWordUntilPosition(position)
      const range = new monaco.Range(position.lineNumber, word.startColumn, position.lineNumber, word.endColumn)
      const before = model.getLineContent(position.lineNumber).slice(0, position.column - 1)
      const { Keyword, Function: Fn, Variable } = monaco.languages.CompletionItemKind
      if (/\{\{[^}]*$/.test(before)) {
        return { suggestions: parametersIn(model.getValue(), word.word).map((name) => item(name, Variable, 'parameter', range)) }
      }
      if (context.triggerCharacter === ' ' && !/\b(from|join)\s+$/i.test(before)) return { suggestions: [] }
      const answer = await known(model, position, token)
      const quote = before.slice(0, word.startColumn - 1).endsWith('"')
      const suggestions = answer.items.map((each, place) => fromServer(each, place, range, quote))
      if (word.word && !quote && !/\.\w*$/.test(before)) {
        const upper = word.word === word.word.toUpperCase() && /[A-Z]{2}/.test(word.word)
        const spell = (name: string) => (upper ? name.toUpperCase() : name.toLowerCase())
        // Only what begins like the word: a Tab after the column "day" must not make it "justify_days".
        const start = spell(word.word[0] as string)
        const fits = (name: string) => name.startsWith(start)
        suggestions.push(
          ...keywords.map(spell).filter(fits).map((name) => item(name, Keyword, 'keyword', range)),
          ...functions.map(spell).filter(fits).map((name) => item(name, Fn, 'function', range)),
        )
      }
      return { suggestions, incomplete: answer.more }
    },
  })
}

/** Names in `{{ }}`, each once, without the one that is being typed. */
export function parametersIn(sql: string, typing = ''): string[] {
  const names = [...sql.matchAll(/\{\{\s*([A-Za-z_][\w.]*)\s*\}\}/g)].map((match) => match[1] as string)
  return [...new Set(names)].filter((name) => name !== typing)
}

function fromServer(each: Known, place: number, range: monaco.Range, quote: boolean): monaco.languages.CompletionItem {
  const kinds = monaco.languages.CompletionItemKind
  const kind = {
    table: kinds.Struct,
    view: kinds.Interface,
    schema: kinds.Module,
    column: kinds.Field,
    alias: kinds.Variable,
    cte: kinds.Struct,
  }[each.kind]
  return {
    label: { label: each.label, description: each.detail },
    kind,
    // What the server sent stands in its order, before our words.
    sortText: `0${String(place).padStart(5, '0')}`,
    filterText: quote ? `"${each.label}` : each.label,
    insertText: each.insert,
    range: quote ? range.setStartPosition(range.startLineNumber, range.startColumn - 1) : range,
    ...(each.about ? { documentation: each.about } : {}),
  }
}

function item(
  label: string,
  kind: monaco.languages.CompletionItemKind,
  detail: string,
  range: monaco.IRange,
): monaco.languages.CompletionItem {
  return { label, kind, detail, insertText: label, range, sortText: `1${label}` }
}
