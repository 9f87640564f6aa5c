import '../shared/shared.css'
import { defineIsland } from '../shared/element.ts'
import Board from './Board.vue'
import './dashboard.css'

defineIsland('plumb-dashboard', Board, [])
