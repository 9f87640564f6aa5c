import { init, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'

/** ECharts' core. Each kind adds what it draws with; legend and tooltip are ours: DOM, of text nodes only. */
use([CanvasRenderer])

export { init, use }
export type { ECharts } from 'echarts/core'
export type { EChartsCoreOption as ChartOption } from 'echarts/core'
