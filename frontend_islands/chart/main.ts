import '../shared/shared.css'
import { defineIsland } from '../shared/element.ts'
import Chart from './Chart.vue'
import './chart.css'

defineIsland('plumb-chart', Chart, ['src', 'label'])
