import '../shared/shared.css'
import { defineIsland } from '../shared/element.ts'
import Grid from './Grid.vue'
import './grid.css'
import './head.css'
import './foot.css'
import './bar.css'
import './side.css'
import './controls.css'
import './colours.css'

defineIsland('plumb-grid', Grid, ['src', 'row-count'])
