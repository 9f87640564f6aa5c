/** Monaco's own floors, of which each imports those before it alone. */
const FLOORS = {
  base: /\/esm\/vs\/(base|nls|internal|amdX)/,
  platform: /\/esm\/vs\/platform\//,
  common: /\/esm\/vs\/editor\/common\//,
  browser: /\/esm\/vs\/editor\/browser\//,
  editor: /\/esm\/vs\//,
}

/**
 * Files that Monaco is built into, a floor each.
 *
 * In one piece of 3.4 MB it is read by one thread, and Chromium keeps no compiled form of it: it is read again on each page.
 */
export const monacoFloors = [
  // Every island loads what it needs later by this; in a floor of Monaco, that floor would come to pages with charts too.
  { name: 'preload-helper', test: 'vite/preload-helper', priority: 10 },
  ...Object.entries(FLOORS).map(([floor, path], at) => ({
    name: `monaco-${floor}`,
    test: (module: string) => module.includes('/monaco-editor/') && !module.includes('?') && path.test(module),
    priority: 9 - at,
  })),
]
