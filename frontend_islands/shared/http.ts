/** A request that the server refused or that never arrived; `message` is fit to be shown. */
export class RequestFailed extends Error {
  readonly status: number
  /** What is wrong by member of the request, where the server says so. */
  readonly fields: Readonly<Record<string, string>>

  constructor(message: string, status: number, fields: Record<string, string> = {}) {
    super(message)
    this.name = 'RequestFailed'
    this.status = status
    this.fields = fields
  }
}

/** Adds query parameters to a URL that may have some already; a name may repeat. */
export function withParameters(url: string, pairs: [string, string | number][]): string {
  const query = pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&')
  return query ? url + (url.includes('?') ? '&' : '?') + query : url
}

/**
 * Fetches JSON with the page's own session; with a `body` it posts that, with the page's CSRF token.
 *
 * Throws RequestFailed with the problem's words (RFC 9457) where there are any, and lets an AbortError pass.
 */
export async function fetchJson<T>(url: string, signal?: AbortSignal, body?: unknown): Promise<T> {
  let response: Response
  try {
    response = await fetch(url, {
      headers: { Accept: 'application/json', ...(body === undefined ? {} : postHeaders()) },
      credentials: 'same-origin',
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    })
  } catch (error) {
    if (isAbort(error)) throw error
    throw new RequestFailed('The server cannot be reached.', 0)
  }
  if (!response.ok) throw await refused(response)
  try {
    return (await response.json()) as T
  } catch (error) {
    if (isAbort(error)) throw error
    throw new RequestFailed('The server sent something that is not data.', response.status)
  }
}

function postHeaders(): Record<string, string> {
  const token = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? ''
  return { 'Content-Type': 'application/json', 'X-CSRFToken': token }
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError'
}

async function refused(response: Response): Promise<RequestFailed> {
  const unsaid = response.status === 401 ? 'You are signed out. Sign in again and reload the page.' : `The server answered ${response.status}.`
  try {
    const problem = (await response.json()) as { title?: unknown; detail?: unknown; fields?: Record<string, string> }
    const words = [problem.detail, problem.title].find((each) => typeof each === 'string' && each)
    return new RequestFailed((words as string | undefined) ?? unsaid, response.status, problem.fields)
  } catch {
    return new RequestFailed(unsaid, response.status) // not a problem document: the status has to do
  }
}
