import '../shared/shared.css'
import { defineIsland } from '../shared/element.ts'
import Grid from './Grid.vue'
import './grid.css'

defineIsland('plumb-grid', Grid, ['src', 'row-count'])
