import { stylesAllowed } from './nonce.ts'
import '../shared/shared.css'
import { defineIsland } from '../shared/element.ts'
import { registerCompletion } from './completion.ts'
import Editor from './Editor.vue'
import { definePlainEditor } from './plainEditor.ts'
import { registerSql } from './language.ts'
import { definePlumbMark } from './marks.ts'
import './editor.css'

definePlumbMark()
if (stylesAllowed()) {
  registerSql()
  registerCompletion()
  defineIsland('plumb-editor', Editor, ['label'])
} else {
  console.warn('The page sends no style nonce: the SQL field stays a plain textarea.')
  definePlainEditor()
}
