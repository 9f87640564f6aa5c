/** What stands between thousands and before the fraction, by the org's choice (`<html data-numbers>`). */
const MARKS: Record<string, readonly [string, string]> = {
  point: ['.', ','],
  space: ['\u202f', ','],
  apostrophe: ['’', '.'],
}

/** A number as `1,234.5`, with the separators that the org has chosen; `choice` is for tests. */
export function written(english: string, choice = chosen()): string {
  const marks = MARKS[choice]
  return marks ? english.replace(/[.,]/g, (mark) => marks[mark === ',' ? 0 : 1]) : english
}

/** A whole number for people. */
export function counted(value: number): string {
  return written(value.toLocaleString('en'))
}

function chosen(): string {
  return typeof document === 'undefined' ? '' : (document.documentElement.dataset.numbers ?? '')
}
