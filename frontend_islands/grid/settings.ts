import type { Cell, Column } from '../shared/columns.ts'
import { isNumeric, isTemporal } from '../shared/columns.ts'
import type { Total } from './totals.ts'
import { written } from '../shared/written.ts'

/** How numbers are shown: digits after the point, thousands, a unit. The value itself never changes. */
export interface NumberFormat {
  decimals?: number | null
  thousands?: boolean
  percent?: boolean
  unit?: string | null
}

export type Colour = 'green' | 'amber' | 'red' | 'blue' | 'plum'
export type RuleOp = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge' | 'contains' | 'is_null'

/** Colours a cell, or its row, where it holds. */
export interface Rule {
  op: RuleOp
  value?: string | null
  colour: Colour
  row?: boolean
}

/** How one column is shown; what is saved as an option of a table. Absent means: as it comes. */
export interface ColumnSettings {
  name: string
  hidden?: boolean
  frozen?: boolean
  number?: NumberFormat | null
  /** An IANA zone in which time stamps are shown. */
  zone?: string | null
  /** An address with {value} or {another column} in it. */
  link?: string | null
  rules?: Rule[]
  bar?: boolean
  /** Shown below the rows. */
  total?: Total | null
  /** Seconds after which a time is old, and very old; the column then says how long ago. */
  ageing?: { old_s: number; very_old_s: number } | null
}

export const COLOURS: Colour[] = ['green', 'amber', 'red', 'blue', 'plum']
const SIGNS: Record<Colour, string> = { green: '●', amber: '▲', red: '■', blue: '◆', plum: '▼' }

/** A shape for each colour, for eyes that do not tell the colours apart. */
export function sign(colour: Colour): string {
  return SIGNS[colour]
}

/** Digits of a number as asked, rounded half away from zero on its decimal digits: never through a float. */
export function formatNumber(value: number | string, format: NumberFormat): string {
  const text = plainDigits(value)
  if (text === undefined) return String(value)
  const scaled = format.percent ? shift(text, 2) : text
  const rounded = format.decimals == null ? scaled : round(scaled, format.decimals)
  const [whole = '', rest] = rounded.replace('-', '').split('.')
  const grouped = format.thousands ? whole.replace(/\B(?=(\d{3})+$)/g, ',') : whole
  const minus = rounded.startsWith('-') ? '-' : ''
  const unit = format.percent ? ' %' : format.unit ? ` ${format.unit}` : ''
  const digits = `${minus}${grouped}${rest === undefined ? '' : `.${rest}`}`
  return `${format.thousands || format.decimals != null ? written(digits) : digits}${unit}`
}

/** A number without an exponent; nothing for NaN, infinities and what is no number. */
function plainDigits(value: number | string): string | undefined {
  const found = /^(-?)(\d+)(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(String(value))
  if (!found) return undefined
  const [, minus = '', whole = '', rest = '', power] = found
  const digits = `${minus}${whole}${rest ? `.${rest}` : ''}`
  return power ? shift(digits, Number(power)) : digits
}

function shift(text: string, places: number): string {
  const minus = text.startsWith('-') ? '-' : ''
  const [whole = '', rest = ''] = text.replace('-', '').split('.')
  const point = whole.length + places
  const digits = (whole + rest).padEnd(point, '0')
  const padded = point <= 0 ? '0'.repeat(1 - point) + digits : digits
  const at = Math.max(point, 1)
  const after = padded.slice(at)
  return `${minus}${padded.slice(0, at).replace(/^0+(?=\d)/, '')}${after ? `.${after}` : ''}`
}

function round(text: string, decimals: number): string {
  const minus = text.startsWith('-')
  const [whole = '', rest = ''] = text.replace('-', '').split('.')
  const kept = BigInt(whole + rest.slice(0, decimals).padEnd(decimals, '0'))
  const up = Number(rest[decimals] ?? '0') >= 5
  const digits = String(kept + (up ? 1n : 0n)).padStart(decimals + 1, '0')
  const shown = decimals ? `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}` : digits
  return minus && /[1-9]/.test(shown) ? `-${shown}` : shown
}

/** Epoch milliseconds of a date or a time stamp as the server writes it (UTC); NaN for what is none. */
export function epoch(text: Cell | undefined): number {
  if (typeof text !== 'string' || !/^\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d(\.\d+)?(\+00)?)?$/.test(text)) return Number.NaN
  return Date.parse(text.length > 10 ? text.replace(' ', 'T').replace(/\+00$/, '') + 'Z' : `${text}T00:00:00Z`)
}

const clocks = new Map<string, Intl.DateTimeFormat | null>()

/** A time stamp in a zone, with the zone's own offset; as it came where it is no instant or the zone is unknown. */
export function inZone(text: string, zone: string): string {
  const at = epoch(text)
  if (Number.isNaN(at)) return text
  const clock = clockOf(zone)
  if (!clock) return text
  const parts = Object.fromEntries(clock.formatToParts(at).map((part) => [part.type, part.value]))
  const fraction = /\.\d+/.exec(text)?.[0] ?? ''
  const offset = (parts.timeZoneName ?? '').replace('GMT', '') || '+00:00'
  return `${parts.year}-${parts.month}-${parts.day} ${parts.hour}:${parts.minute}:${parts.second}${fraction} ${offset}`
}

function clockOf(zone: string): Intl.DateTimeFormat | null {
  if (!clocks.has(zone)) {
    try {
      const options = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' } as const
      clocks.set(zone, new Intl.DateTimeFormat('en', { ...options, timeZone: zone, hourCycle: 'h23', timeZoneName: 'longOffset' }))
    } catch {
      clocks.set(zone, null)
    }
  }
  return clocks.get(zone) ?? null
}

/** How long ago, in the two largest units: `3 d 4 h`. */
export function age(seconds: number): string {
  const ahead = seconds < 0
  let left = Math.floor(Math.abs(seconds))
  const parts: string[] = []
  for (const [unit, size] of [['d', 86_400], ['h', 3600], ['min', 60], ['s', 1]] as const) {
    const many = Math.floor(left / size)
    left -= many * size
    if (many || parts.length) parts.push(`${many} ${unit}`)
    if (parts.length === 2) break
  }
  const words = parts.filter((part) => !part.startsWith('0 ')).join(' ') || '0 s'
  return ahead ? `in ${words}` : words
}

/** The address that a template makes of a row, values escaped; nothing unless it is http, https or mailto. */
export function linkOf(template: string, value: Cell, row: readonly Cell[], columns: readonly Column[]): string | undefined {
  if (value === null) return undefined
  let missing = false
  const address = template.replace(/\{([^{}]+)\}/g, (_, name: string) => {
    const named = name === 'value' ? value : row[columns.findIndex((column) => column.name === name)]
    missing ||= named === null || named === undefined
    return encodeURIComponent(String(named))
  })
  if (missing || !/^(https?:\/\/[^/?#{}%@\s]+([/?#]|$)|mailto:)/i.test(address)) return undefined
  return /^(https?:\/\/[^{}\s/?#]+([/?#]|$)|mailto:)/i.test(template) ? address : undefined
}

/** The first rule that holds for a value. */
export function ruleFor(rules: readonly Rule[] | undefined, value: Cell | undefined, column: Column): Rule | undefined {
  return rules?.find((rule) => holds(rule, value ?? null, column))
}

function holds(rule: Rule, value: Cell, column: Column): boolean {
  if (rule.op === 'is_null') return value === null
  if (value === null) return rule.op === 'ne'
  const against = rule.value ?? ''
  if (rule.op === 'contains') return String(value).toLowerCase().includes(against.toLowerCase())
  const order = compare(value, against, column)
  if (order === undefined) return rule.op === 'ne'
  return { eq: order === 0, ne: order !== 0, lt: order < 0, le: order <= 0, gt: order > 0, ge: order >= 0 }[rule.op]
}

function compare(value: Cell, against: string, column: Column): number | undefined {
  if (isNumeric(column.kind) || isTemporal(column.kind)) {
    const numeric = isNumeric(column.kind)
    const one = numeric ? Number(value) : epoch(value)
    const other = numeric ? (against.trim() ? Number(against) : Number.NaN) : epoch(against.trim())
    return Number.isNaN(one) || Number.isNaN(other) ? undefined : one - other
  }
  const text = String(value)
  return text === against ? 0 : text < against ? -1 : 1
}
