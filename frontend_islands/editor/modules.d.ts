declare module 'monaco-editor/features/*'
declare module 'monaco-editor/editor/contrib/*'
declare module 'monaco-editor/languages/definitions/pgsql/pgsql' {
  import type { languages } from 'monaco-editor/editor'
  export const conf: languages.LanguageConfiguration
  export const language: languages.IMonarchLanguage & {
    keywords: string[]
    operators: string[]
    builtinFunctions: string[]
    tokenizer: Record<string, languages.IMonarchLanguageRule[]>
  }
}
