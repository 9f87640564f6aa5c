// How a dashboard is cut into pages of a wall: between tiles, before the head of a section where that is as good, and so
// that all pages are about as full. Rows are counted from 1; a row that holds only a section's head is lower than others.
const HEAD = 0.7; // of a row
const OFF_HEAD = 2; // squared rows: what a cut elsewhere than before a section's head costs

// tiles: {top, rows, isHead}; most: rows that a page may have. Gives for each page its first and last row, and how many
// rows its height counts as. A part that cannot be cut is one page, however high.
export function pagesOf(tiles, most) {
  const parts = partsOf(tiles);
  const total = sum(parts);
  let found;
  for (let count = Math.min(parts.length, Math.ceil(total / most)); count <= parts.length; count++) {
    found = evenly(parts, count);
    if (found.every((page) => sum(page) <= most || page.length === 1)) break;
  }
  return (found ?? []).map((page) => ({ first: page[0].first, last: page.at(-1).last, height: sum(page) }));
}

export function heightOf(row, heads) {
  return heads.has(row) ? HEAD : 1;
}

// Rows under which only a section's head stands.
export function headRows(tiles) {
  const heads = new Set(tiles.filter((tile) => tile.isHead && tile.rows === 1).map((tile) => tile.top));
  for (const { top, rows, isHead } of tiles) {
    for (let row = top; !isHead && row < top + rows; row++) heads.delete(row);
  }
  return heads;
}

// The shortest runs of rows between which no tile is cut; a section's head goes with what follows it.
function partsOf(tiles) {
  const end = Math.max(0, ...tiles.map(({ top, rows }) => top + rows - 1));
  const heads = headRows(tiles);
  const parts = [];
  let part;
  for (let row = 1; row <= end; row++) {
    part ??= { first: row, height: 0, isHead: heads.has(row) };
    part.last = row;
    part.height += heightOf(row, heads);
    const isCut = tiles.some(({ top, rows }) => top <= row && top + rows - 1 > row);
    if (isCut || (heads.has(row) && row < end)) continue;
    parts.push(part);
    part = undefined;
  }
  return parts;
}

// The parts as so many pages of heights that differ least.
function evenly(parts, count) {
  const mean = sum(parts) / count;
  const best = [[{ cost: 0, from: 0 }]]; // best[pages][parts]
  for (let pages = 1; pages <= count; pages++) {
    best[pages] = [];
    for (let to = pages; to <= parts.length; to++) {
      let height = 0;
      for (let from = to - 1; from >= pages - 1; from--) {
        height += parts[from].height;
        const before = best[pages - 1][from];
        if (!before) continue;
        const cost = before.cost + (height - mean) ** 2 + (from && !parts[from].isHead ? OFF_HEAD : 0);
        if (cost < (best[pages][to]?.cost ?? Infinity)) best[pages][to] = { cost, from };
      }
    }
  }
  const pages = [];
  for (let left = count, to = parts.length; left > 0; left--) {
    const { from } = best[left][to];
    pages.unshift(parts.slice(from, to));
    to = from;
  }
  return pages;
}

function sum(parts) {
  return parts.reduce((height, part) => height + part.height, 0);
}
