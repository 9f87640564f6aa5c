import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Plugin } from 'vite'

const TEXT = /\.(js|css|svg|ttf)$/
/** Quality 9 of 11: three per cent more than the best, in a tenth of the time. */
const QUALITY = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }

/** Writes a `.br` and a `.gz` beside each built file, so that the server never compresses megabytes for a page. */
export function precompress(): Plugin {
  let folder = ''
  return {
    name: 'precompress',
    apply: 'build',
    configResolved: (config) => {
      folder = join(config.build.outDir, config.build.assetsDir)
    },
    async closeBundle() {
      const files = (await readdir(folder)).filter((file) => TEXT.test(file))
      await Promise.all(files.map((file) => pack(join(folder, file))))
    },
  }
}

async function pack(path: string): Promise<void> {
  const body = await readFile(path)
  const [brotli, gzipped] = await Promise.all([
    promisify(brotliCompress)(body, QUALITY),
    promisify(gzip)(body, { level: 9 }),
  ])
  await Promise.all([writeFile(`${path}.br`, brotli), writeFile(`${path}.gz`, gzipped)])
}
