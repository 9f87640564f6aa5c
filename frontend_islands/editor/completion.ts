import { functions, keywords, SQL } from './language.ts'
import { monaco } from './monaco.ts'

/** Completes keywords, functions and, inside braces, the parameters that the text names already. */
export function registerCompletion(): void {
  monaco.languages.registerCompletionItemProvider(SQL, {
    triggerCharacters: ['{'],
    provideCompletionItems(model, position) {
      const word = model.getWordUntilPosition(position)
      const range = new monaco.Range(position.lineNumber, word.startColumn, position.lineNumber, word.endColumn)
      const before = model.getLineContent(position.lineNumber).slice(0, position.column - 1)
      const { Keyword, Function: Fn, Variable } = monaco.languages.CompletionItemKind
      if (/\{\{[^}]*$/.test(before)) {
        return { suggestions: parametersIn(model.getValue(), word.word).map((name) => item(name, Variable, 'parameter', range)) }
      }
      if (!word.word) return { suggestions: [] }
      const upper = word.word === word.word.toUpperCase() && /[A-Z]{2}/.test(word.word)
      const spell = (name: string) => (upper ? name.toUpperCase() : name.toLowerCase())
      // Only what begins like the word: a Tab after the column "day" must not make it "justify_days".
      const start = spell(word.word[0] as string)
      const fits = (name: string) => name.startsWith(start)
      return {
        suggestions: [
          ...keywords.map(spell).filter(fits).map((name) => item(name, Keyword, 'keyword', range)),
          ...functions.map(spell).filter(fits).map((name) => item(name, Fn, 'function', range)),
        ],
      }
    },
  })
}

/** Names in `{{ }}`, each once, without the one that is being typed. */
export function parametersIn(sql: string, typing = ''): string[] {
  const names = [...sql.matchAll(/\{\{\s*([A-Za-z_][\w.]*)\s*\}\}/g)].map((match) => match[1] as string)
  return [...new Set(names)].filter((name) => name !== typing)
}

function item(
  label: string,
  kind: monaco.languages.CompletionItemKind,
  detail: string,
  range: monaco.IRange,
): monaco.languages.CompletionItem {
  return { label, kind, detail, insertText: label, range }
}
