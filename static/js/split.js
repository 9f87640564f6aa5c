// The bar between two panes: drags, moves by arrow keys, and remembers its place under data-split="name".
import { onFresh } from "./fresh.js";

const key = (bar) => `plumb-split-${bar.dataset.split}`;

onFresh((root) => {
  for (const bar of root.querySelectorAll("[data-split]")) {
    let kept = null;
    try { kept = localStorage.getItem(key(bar)); } catch { /* private windows may refuse */ }
    if (kept) put(bar, Number(kept));
  }
});

document.addEventListener("pointerdown", (event) => {
  const bar = event.target.closest("[data-split]");
  if (!bar) return;
  const box = bar.parentElement.getBoundingClientRect();
  bar.setPointerCapture(event.pointerId);
  bar.dataset.dragging = "";
  const move = (moved) => put(bar, ((moved.clientY - box.top) / box.height) * 100);
  const end = () => {
    bar.removeEventListener("pointermove", move);
    delete bar.dataset.dragging;
    keep(bar);
  };
  bar.addEventListener("pointermove", move);
  bar.addEventListener("lostpointercapture", end, { once: true });
  event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  const bar = event.target.closest?.("[data-split]");
  const step = { ArrowUp: -4, ArrowDown: 4, Home: -100, End: 100 }[event.key];
  if (!bar || !step) return;
  put(bar, Number(bar.getAttribute("aria-valuenow")) + step);
  keep(bar);
  event.preventDefault();
});

function put(bar, percent) {
  const settled = Math.round(Math.min(80, Math.max(15, percent)));
  bar.parentElement.style.setProperty("--split", `${settled}%`);
  bar.setAttribute("aria-valuenow", settled);
}

function keep(bar) {
  try { localStorage.setItem(key(bar), bar.getAttribute("aria-valuenow")); } catch { /* private windows may refuse */ }
}
