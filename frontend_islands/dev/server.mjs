/** A stub of the server for looking at the islands: the pages' own CSP, made-up rows. `node dev/server.mjs [port]`. */
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { gzipSync } from 'node:zlib'
import { chartData, gridRows } from './data.mjs'
import { pages } from './pages.mjs'

const port = Number(process.argv[2] ?? 8123)
const statics = join(import.meta.dirname, '../../static')
const manifest = JSON.parse(await readFile(join(statics, 'islands/.vite/manifest.json'), 'utf8'))
const types = { '.js': 'text/javascript', '.css': 'text/css', '.ttf': 'font/ttf', '.svg': 'image/svg+xml' }
const strict = "default-src 'self'; script-src 'self'; style-src 'self'"
const zipped = new Map()

createServer(async (request, response) => {
  const url = new URL(request.url, `http://localhost:${port}`)
  try {
    if (url.pathname.startsWith('/static/')) await sendStatic(url.pathname, response)
    else if (url.pathname === '/rows') await later(url, () => sendJson(response, gridRows(url.searchParams)))
    else if (url.pathname === '/columns') await later(url, () => sendJson(response, chartData(url.searchParams)))
    else sendPage(url, response)
  } catch (error) {
    response.writeHead(error.status ?? 500, { 'Content-Type': 'application/problem+json' })
    response.end(JSON.stringify({ title: 'No', detail: error.message }))
  }
}).listen(port, '127.0.0.1', () => console.log(`http://127.0.0.1:${port}/`))

function sendPage(url, response) {
  const page = pages[url.pathname.slice(1)] ?? pages.index
  const theme = url.searchParams.get('theme')
  const nonce = 'bm9uY2U'
  const editor = page.islands.includes('editor') && !url.searchParams.has('no-nonce')
  const policy = editor
    ? `default-src 'self'; script-src 'self'; worker-src 'self'; style-src 'self' 'nonce-${nonce}'; style-src-attr 'unsafe-inline'`
    : strict
  response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': policy })
  response.end(`<!doctype html><html lang="en"${theme ? ` data-theme="${theme}"` : ''}><head><title>Islands</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
${editor ? `<meta name="csp-nonce" nonce="${nonce}">` : ''}
<link rel="stylesheet" href="/static/${page.own ? 'css/plumb' : 'dev'}.css">${page.islands.map(tags).join('')}</head>
<body>${page.own ? page.body : `<main><h1>Islands</h1>${page.body}</main>`}</body></html>`)
}

/** What the server's `island(name)` has to write: styles and modules of the entry and of all it imports. */
function tags(name) {
  const seen = new Set()
  const collect = (key) => {
    if (seen.has(key)) return
    seen.add(key)
    manifest[key].imports?.forEach(collect)
  }
  collect(`${name}/main.ts`)
  const parts = [...seen].map((key) => manifest[key])
  const styles = parts.flatMap((part) => part.css ?? []).map((css) => `<link rel="stylesheet" href="/static/islands/${css}">`)
  const ahead = parts.slice(1).map((part) => `<link rel="modulepreload" href="/static/islands/${part.file}">`)
  return [...styles, ...ahead, `<script type="module" src="/static/islands/${parts[0].file}"></script>`].join('\n')
}

async function sendStatic(path, response) {
  const file = path === '/static/dev.css' ? join(import.meta.dirname, 'dev.css') : join(statics, normalize(path.slice(7)))
  const headers = { 'Content-Type': types[extname(file)] ?? 'application/octet-stream', 'Content-Encoding': 'gzip' }
  if (!zipped.has(file)) zipped.set(file, gzipSync(await readFile(file)))
  response.writeHead(200, headers)
  response.end(zipped.get(file))
}

function sendJson(response, body) {
  response.writeHead(200, { 'Content-Type': 'application/json' })
  response.end(JSON.stringify(body))
}

async function later(url, send) {
  await new Promise((done) => setTimeout(done, Number(url.searchParams.get('wait') ?? 5)))
  send()
}
