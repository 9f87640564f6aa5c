import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'

/** ECharts with what is drawn here. Its legend and tooltip are left out: ours are DOM, of text nodes only. */
use([BarChart, LineChart, GridComponent, CanvasRenderer])

export { init }
export type { ECharts } from 'echarts/core'
export type { EChartsCoreOption as ChartOption } from 'echarts/core'
