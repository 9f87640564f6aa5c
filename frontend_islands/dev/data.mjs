/** Made-up results, the same on each call. */
const CARRIERS = ['UA', 'B6', 'EV', 'DL', 'AA', 'MQ', 'US', '9E', 'WN', 'VX', 'FL', 'AS', 'F9', 'YV', 'HA', 'OO']
const DAY = 86_400_000

export const flightColumns = [
  { name: 'flight_id', type: 'bigint', kind: 'integer' },
  { name: 'day', type: 'date', kind: 'date' },
  { name: 'scheduled', type: 'timestamp with time zone', kind: 'timestamp' },
  { name: 'carrier', type: 'text', kind: 'text' },
  { name: 'tail_number', type: 'text', kind: 'text' },
  { name: 'delay', type: 'double precision', kind: 'float' },
  { name: 'fare', type: 'numeric(12,2)', kind: 'decimal' },
  { name: 'cancelled', type: 'boolean', kind: 'boolean' },
  { name: 'remark', type: 'text', kind: 'text' },
  { name: 'detail', type: 'jsonb', kind: 'json' },
]

export function wideColumns(many) {
  return Array.from({ length: many }, (_, at) => ({ name: `measure_${at}`, type: 'integer', kind: 'integer' }))
}

function flight(row) {
  return [
    row === 4 ? '9223372036854775807' : 1_000_000 + row,
    new Date(Date.UTC(2013, 0, 1) + (row % 365) * DAY).toISOString().slice(0, 10),
    new Date(Date.UTC(2013, 0, 1) + row * 60_000).toISOString().slice(0, 19).replace('T', ' ') + '+00',
    CARRIERS[row % 16],
    row % 7 === 3 ? null : row % 11 === 5 ? '' : `N${10_000 + ((row * 7919) % 89_999)}`,
    row % 13 === 0 ? 'NaN' : Math.round(Math.sin(row) * 9000) / 100,
    (row * 1.37).toFixed(2),
    row % 5 === 0 ? null : row % 3 === 0,
    row % 6 === 1 ? '<img src=x onerror=alert(1)> & <b>bold</b>' : row % 6 === 2 ? 'two\nlines\tand a tab, then a good deal more text than fits' : 'on time',
    `{"gate": "B${row % 30}", "legs": [1, 2]}`,
  ]
}

export function gridRows(query) {
  const [offset, limit] = [Number(query.get('offset')), Number(query.get('limit'))]
  const many = Number(query.get('rows') ?? 1_000_000)
  const wide = Number(query.get('wide') ?? 0)
  if (query.has('fail') && offset >= 200) throw new Error('The stored result has expired.')
  const length = Math.max(Math.min(limit, many - offset), 0)
  const rows = Array.from({ length }, (_, at) =>
    wide ? Array.from({ length: wide }, (_, column) => (offset + at) * column) : flight(offset + at),
  )
  return { columns: wide ? wideColumns(wide) : flightColumns, rows, offset, row_count: many, matched_count: many }
}

const day = { name: 'day', type: 'date', kind: 'date' }
const number = (name, kind = 'integer') => ({ name, type: kind, kind })
const text = (name) => ({ name, type: 'text', kind: 'text' })

/** Results for charts: columns, then one function from a row's number to its values. */
const sets = {
  days: [[day, number('flights')], 365, (row) => [Date.UTC(2013, 0, 1) + row * DAY, Math.round(900 + 60 * Math.sin(row / 9) - (row % 7 === 5 ? 180 : 0))]],
  holes: [[day, number('flights')], 90, (row) => [Date.UTC(2013, 0, 1) + (row > 40 ? row + 12 : row) * DAY, row % 30 === 9 ? null : 500 - row * 12]],
  carriers: [[day, text('carrier'), number('flights')], 16 * 60, (row) => [Date.UTC(2013, 0, 1) + Math.floor(row / 16) * 7 * DAY, CARRIERS[row % 16], Math.round(80 + 40 * Math.sin(row / 40) + 300 / ((row % 16) + 1))]],
  three: [[day, text('origin'), number('flights')], 3 * 24, (row) => [Date.UTC(2013, Math.floor(row / 3), 1), ['EWR', 'JFK', 'LGA'][row % 3], 8000 + 900 * (row % 3) + 40 * row]],
  names: [[text('carrier'), number('delay', 'float')], 16, (row) => [CARRIERS[row], 24 - row * 2.1]],
  long: [[text('airport'), number('flights')], 900, (row) => [`Airport number ${row} of somewhere`, 1000 - row]],
  points: [[number('n'), number('value', 'float')], 100_000, (row) => [row, Math.sin(row / 4000) * 100 + (row * 7919 % 97) / 4]],
  one: [[day, number('flights')], 1, () => [Date.UTC(2013, 0, 1), 842]],
  none: [[day, number('flights')], 0, () => []],
  nulls: [[day, number('flights')], 12, (row) => [Date.UTC(2013, row, 1), null]],
  recent: [[day, number('flights')], 30, (row) => [Date.UTC(2013, 5, 1 + row), row === 29 ? 310 : Math.round(900 + 60 * Math.sin(row / 3))]],
  hours: [[{ name: 'at', type: 'timestamp with time zone', kind: 'timestamp' }, text('origin'), number('load', 'float')], 3 * 60, (row) => [Date.UTC(2013, 5, 1) + Math.floor(row / 3) * 3_600_000, ['EWR', 'JFK', 'LGA'][row % 3], Math.round(5000 + 3000 * Math.sin(row / 20) + 700 * (row % 3)) / 100]],
  two: [[day, number('flights'), number('delay', 'float')], 60, (row) => [Date.UTC(2013, 5, 1 + row), Math.round(900 + 60 * Math.sin(row / 9)), 12 + 9 * Math.sin(row / 4)]],
  airlines: [[text('airline'), number('flights'), number('delay', 'float')], 16, (row) => [`${['United', 'JetBlue', 'ExpressJet', 'Delta'][row % 4]} Air Lines ${row > 3 ? row : ''}`.trim(), Math.round(58_000 / (row + 1) ** 1.4), 21 - row * 2.3]],
  cloud: [[text('carrier'), number('distance'), number('delay', 'float'), number('flights')], 240, (row) => [CARRIERS[row % 4], 200 + (row * 7919) % 2400, 30 - ((row * 7919) % 2400) / 100 + 9 * Math.sin(row * 3), 1 + (row * 31) % 97]],
  fifty: [[day, text('airport'), number('flights')], 50 * 40, (row) => [Date.UTC(2013, 5, 1 + Math.floor(row / 50)), `Airport ${row % 50}`, 10 + (row % 50) * 3 + Math.round(9 * Math.sin(row / 70))]],
  decay: [[number('n'), number('value', 'float')], 120, (row) => [row, 10 ** (6 - row / 20)]],
  week: [[text('weekday'), number('hour'), number('flights')], 7 * 18, (row) => [['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'][Math.floor(row / 18)], 5 + (row % 18), Math.round(1200 + 900 * Math.sin((row % 18) / 3) - (row > 90 ? 400 : 0))]],
  change: [[text('carrier'), day, number('delay', 'float')], 16 * 30, (row) => [CARRIERS[row % 16], Date.UTC(2013, 5, 1 + Math.floor(row / 16)), Math.round(Math.sin(row / 7) * 200) / 10]],
  spread: [[number('delay', 'float')], 5000, (row) => [row % 50 === 7 ? null : Math.round(-12 + 60 * Math.log(1 + ((row * 7919) % 5000) / 1300) ** 2 + 8 * Math.sin(row))]],
  states: [[{ name: 'since', type: 'timestamp with time zone', kind: 'timestamp' }, text('service'), text('state')], 60, (row) => [Date.UTC(2013, 5, 1, Math.floor(row / 4) * 5 + (row % 4) * 1), ['checkout', 'search', 'payments', 'mail'][row % 4], ['up', 'up', 'degraded', 'up', 'down', 'maintenance'][(row * 7) % 6]]],
  places: [[text('airport'), number('lat', 'float'), number('lon', 'float'), number('flights')], 90, (row) => [`Airport ${row}`, 26 + ((row * 7919) % 220) / 10, -122 + ((row * 104729) % 500) / 10, 17_000 / (row + 1)]],
  provinces: [[text('province'), number('people', 'float')], 6, (row) => [['Ontario', 'QC', 'CA-BC', 'Alberta', 'Nunavut', 'Atlantis'][row], [14.2, 8.5, 5.1, 4.4, 0.04, 1][row]]],
  lands: [[text('country'), number('sales')], 9, (row) => [['Canada', 'US', 'Germany', '250', 'Brazil', 'India', 'Japan', 'ZA', 'Atlantis'][row], 900 - row * 95]],
  trend: [[day, number('percent', 'float')], 30, (row) => [Date.UTC(2013, 5, 30 - row), 78.4 + 6 * Math.sin(row / 4)]],
  total: [[number('flights')], 1, () => [336_776]],
  mean: [[number('delay', 'decimal')], 12, () => [12.639070257304708]],
}

export function chartData(query) {
  const set = sets[query.get('set')]
  if (!set) throw Object.assign(new Error('The result of this run has expired. Run the query again.'), { status: 404 })
  const [columns, many, make] = set
  const rows = Array.from({ length: many }, (_, row) => make(row))
  const kept = query.getAll('column').map((name) => columns.findIndex((column) => column.name === name))
  const cut = query.has('cut')
  return {
    columns: kept.map((at) => columns[at]),
    values: kept.map((at) => rows.map((row) => row[at])),
    row_count: cut ? 336_776 : many,
    limit: 100_000,
    cut,
  }
}
