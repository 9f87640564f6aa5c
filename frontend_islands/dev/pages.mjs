import { flightColumns, wideColumns } from './data.mjs'

const json = (value) => `<script type="application/json">${JSON.stringify(value).replaceAll('<', '\\u003c')}</script>`
const grid = (query, rows, columns = flightColumns) =>
  `<plumb-grid src="/rows?rows=${rows}${query}" row-count="${rows}" label="Result of run 42">${json({ columns })}</plumb-grid>`
const chart = (set, label, kind, options, more = {}) =>
  `<section><h2>${label}</h2><plumb-chart src="/columns?set=${set}" label="${label}">${json({ kind, options, ...more })}</plumb-chart></section>`
const xy = (x, y, more = {}) => ({ x, y: [y], series: null, stacked: false, ...more })

const sql = `-- flights a day, late ones 😀 first
select f.day, c.name as carrier, count(*) as flights, avg(f.delay)::numeric(10,2)
from flights f
join carriers c using (carrier)
where f.day >= {{ since }} and f.delay > 15 and c.name <> 'nobody''s'
[[ and f.origin = {{ origin }} ]]
group by 1, 2
order by flihts desc
limit 100`
const at = [...sql].join('').indexOf('flihts')
const position = [...sql.slice(0, at)].length + 1
const mark = `<plumb-mark field="sql" position="${position}" message='column "flihts" does not exist' hint='Perhaps you meant to reference the column "flights".'></plumb-mark>`
const editor = `<form id="form"><label for="sql">SQL</label><plumb-editor label="SQL"><textarea id="sql" name="sql">${sql.replaceAll('<', '&lt;')}</textarea></plumb-editor></form>`

/** The workbench's panes with the page's own style sheet. */
const workbench = `<main class="page-fill"><div class="workbench split">
<form class="split-pane workbench-form"><div class="workbench-head"><h1>Flights a day</h1></div><div class="workbench-editor">${editor.match(/<plumb-editor.*<\/plumb-editor>/s)[0]}</div></form>
<div class="split-bar"></div>
<div class="split-pane workbench-lower"><section class="workbench-result"><div class="workbench-status">Succeeded</div>RESULT</section></div></div></main>`

export const pages = {
  workbench: { islands: ['editor', 'grid'], own: true, body: workbench.replace('RESULT', grid('', 1_000_000) + mark) },
  drawn: {
    islands: ['editor', 'chart'],
    own: true,
    body: workbench.replace('RESULT', chart('three', 'By origin', 'line', xy('day', 'flights', { series: 'origin' })).match(/<plumb-chart.*<\/plumb-chart>/s)[0]),
  },
  index: { islands: ['grid'], body: grid('', 1_000_000) },
  ten: { islands: ['grid'], body: grid('', 10) },
  huge: { islands: ['grid'], body: grid('', 50_000_000) },
  wide: { islands: ['grid'], body: grid('&wide=300', 10_000, wideColumns(300)) },
  narrow: { islands: ['grid'], body: grid('&wide=1', 3, wideColumns(1)) },
  none: { islands: ['grid'], body: grid('', 0) },
  fail: { islands: ['grid'], body: grid('&fail=1', 1000) },
  slow: { islands: ['grid'], body: grid('&wait=3000', 1000) },
  editor: { islands: ['editor'], body: editor },
  marked: { islands: ['editor'], body: editor + mark },
  charts: {
    islands: ['chart'],
    body: `<div class="tiles">${[
      chart('days', 'Flights a day', 'line', xy('day', 'flights')),
      chart('three', 'By origin', 'line', xy('day', 'flights', { series: 'origin' })),
      chart('carriers', 'By carrier', 'line', xy('day', 'flights', { series: 'carrier' })),
      chart('three', 'Stacked', 'bar', xy('day', 'flights', { series: 'origin', stacked: true })),
      chart('names', 'Mean delay', 'bar', xy('carrier', 'delay')),
      chart('long', 'Many names', 'bar', xy('airport', 'flights')),
      chart('holes', 'Holes', 'line', xy('day', 'flights')),
      chart('points', '100,000 points', 'line', xy('n', 'value')),
    ].join('')}</div>`,
  },
  kinds: {
    islands: ['chart'],
    body: `<div class="tiles">${[
      chart('three', 'Stacked areas', 'area', xy('day', 'flights', { series: 'origin', stacked: true })),
      chart('three', 'Shares', 'area', xy('day', 'flights', { series: 'origin', percent: true })),
      chart('recent', 'Not over', 'line', xy('day', 'flights'), { as_of: Date.UTC(2013, 5, 30, 9) }),
      chart('recent', 'Not over, bars', 'bar', xy('day', 'flights'), { as_of: Date.UTC(2013, 5, 30, 9) }),
      chart('airlines', 'Lying, largest first, other', 'bar', xy('airline', 'flights', { horizontal: true, sort: 'largest', top: 8, other: true })),
      chart('three', 'Shares as bars', 'bar', xy('day', 'flights', { series: 'origin', percent: true })),
      chart('airlines', 'Side by side, negative, right axis', 'bar', { x: 'airline', y: ['flights', 'delay'], right: ['delay'] }),
      chart('two', 'Right axis and lines', 'line', { x: 'day', y: ['flights', 'delay'], right: ['delay'], lines: [{ value: 920, label: 'Target' }, { value: 1000, label: 'Limit' }] }),
      chart('decay', 'Logarithmic', 'line', xy('n', 'value', { log: true })),
      chart('hours', 'In Toronto', 'line', xy('at', 'load', { series: 'origin', time_zone: 'America/Toronto' })),
      chart('fifty', 'Fifty series', 'line', xy('day', 'flights', { series: 'airport' })),
      chart('cloud', 'Scatter', 'scatter', { x: 'distance', y: ['delay'], series: 'carrier', size: 'flights', point: 'carrier' }),
      chart('airlines', 'Parts', 'pie', { x: 'airline', y: 'flights', top: 6 }),
      chart('week', 'Heat map', 'heatmap', { x: 'hour', y: 'weekday', value: 'flights' }),
      chart('change', 'Heat map around zero', 'heatmap', { x: 'day', y: 'carrier', value: 'delay', unit: 'min' }),
      chart('spread', 'Histogram', 'histogram', { value: 'delay', lines: [{ value: 15, label: 'late' }] }),
      chart('states', 'Timeline', 'timeline', { start: 'since', state: 'state', lane: 'service' }, { zone: 'America/Toronto', as_of: Date.UTC(2013, 5, 4, 5) }),
      chart('places', 'Points on a map', 'map', { lat: 'lat', lon: 'lon', value: 'flights', label: 'airport' }),
      chart('lands', 'Countries', 'map', { region: 'country', value: 'sales' }),
      chart('provinces', 'Provinces', 'map', { region: 'province', value: 'people', within: 'canada' }),
      chart('trend', 'Number', 'stat', { value: 'percent', label: 'left on time', unit: '%', trend: true, target: 85, better: 'higher', warn: 80, bad: 70 }),
    ].join('')}</div>`,
  },
  edges: {
    islands: ['chart'],
    body: `<div class="tiles">${[
      chart('one', 'One row', 'line', xy('day', 'flights')),
      chart('one', 'One bar', 'bar', xy('day', 'flights')),
      chart('none', 'No rows', 'line', xy('day', 'flights')),
      chart('nulls', 'All NULL', 'line', xy('day', 'flights')),
      chart('gone', 'Expired', 'line', xy('day', 'flights')),
      chart('days', 'Nothing chosen', 'line', {}),
      chart('days&cut=1', 'Cut', 'line', xy('day', 'flights')),
      chart('days&wait=60000', 'Loading', 'line', xy('day', 'flights')),
      chart('total', 'Flights', 'stat', { value: 'flights', label: 'Flights in 2013' }),
      chart('mean', 'Mean delay', 'stat', { value: 'delay', label: null }),
      chart('points', '100,000 bars', 'bar', xy('n', 'value')),
      chart('three', 'Stacked area', 'line', xy('day', 'flights', { series: 'origin', stacked: true })),
    ].join('')}</div>`,
  },
  regions: {
    islands: ['chart'],
    body: `<div class="tiles">${['canada', 'usa', 'north_america'].map((within) => chart('provinces', within, 'map', { region: 'province', value: 'people', within })).join('')}</div>`,
  },
  points: { islands: ['chart'], body: chart('points', '100,000 points', 'line', xy('n', 'value')) },
}
