import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { layer } from './layer.ts'
import { monacoFloors } from './monacoFloors.ts'
import { precompress } from './precompress.ts'

const here = import.meta.dirname

/** Four entries into one folder; the server finds the hashed names in `.vite/manifest.json`. */
export default defineConfig({
  base: '/static/islands/',
  publicDir: false,
  plugins: [layer(), vue(), precompress()],
  define: {
    __VUE_OPTIONS_API__: 'false',
    __VUE_PROD_DEVTOOLS__: 'false',
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
  },
  worker: { format: 'es' },
  build: {
    outDir: resolve(here, '../static/islands'),
    emptyOutDir: true,
    manifest: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 4000,
    reportCompressedSize: false,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        grid: resolve(here, 'grid/main.ts'),
        editor: resolve(here, 'editor/main.ts'),
        chart: resolve(here, 'chart/main.ts'),
        dashboard: resolve(here, 'dashboard/main.ts'),
      },
      output: { codeSplitting: { groups: monacoFloors } },
    },
  },
})
