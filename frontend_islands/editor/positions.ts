/** Where the server's position lies in a JavaScript string: 1-based code points to a 0-based UTF-16 offset. */
export function offsetOf(text: string, position: number): number {
  let offset = 0
  for (let passed = 1; passed < position && offset < text.length; passed++) {
    offset += (text.codePointAt(offset) as number) > 0xffff ? 2 : 1
  }
  return offset
}

const TOKEN = /"(?:[^"\n]|"")*"?|'(?:[^'\n]|'')*'?|\{\{[^}\n]*\}\}|[\p{L}\p{N}_$]+|[^\s]/uy

/** The stretch to underline for an error at `offset`: the token there, else the nearest character before it. */
export function stretchAt(text: string, offset: number): { start: number; end: number } {
  TOKEN.lastIndex = offset
  const token = TOKEN.exec(text)
  if (token) return { start: offset, end: offset + token[0].length }
  const before = text.slice(0, offset).trimEnd().length
  return { start: Math.max(before - 1, 0), end: Math.max(before, Math.min(1, text.length)) }
}
