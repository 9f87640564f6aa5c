// A panel beside a page: [data-side="name"] with a button [data-side-toggle="name"] and a bar [data-side-bar].
// Remembers whether it is open and how wide; on a phone it is a sheet over the page, and closed at first.
// When it is first shown it sends "plumb:shown" to what it holds, which then loads.
import { onFresh } from "./fresh.js";

const NARROW = matchMedia("(max-width: 720px)");
const LEAST = 180;
const MOST = 560;

const sideOf = (name) => document.querySelector(`[data-side="${name}"]`);
const recall = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
const keep = (key, value) => { try { localStorage.setItem(key, value); } catch { /* private windows may refuse */ } };

onFresh((root) => {
  for (const side of root.querySelectorAll("[data-side]")) {
    const width = Number(recall(`plumb-side-${side.dataset.side}-width`));
    if (width) resize(side, width);
    show(side, !NARROW.matches && recall(`plumb-side-${side.dataset.side}`) !== "closed");
  }
  for (const button of root.querySelectorAll("[data-side-toggle]")) tell(sideOf(button.dataset.sideToggle));
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-side-toggle]");
  if (!button) return;
  const side = sideOf(button.dataset.sideToggle);
  const open = side.hidden;
  show(side, open);
  if (!NARROW.matches) keep(`plumb-side-${side.dataset.side}`, open ? "open" : "closed");
  if (open) side.querySelector("input, button")?.focus();
  else document.querySelector(`[data-side-toggle="${side.dataset.side}"][aria-expanded]`)?.focus();
});

document.addEventListener("keydown", (event) => {
  const side = event.target.closest?.("[data-side]");
  if (side && event.key === "Escape" && NARROW.matches) return show(side, false);
  const bar = event.target.closest?.("[data-side-bar]");
  const step = { ArrowLeft: -24, ArrowRight: 24, Home: -MOST, End: MOST }[event.key];
  if (!bar || !step) return;
  resize(bar.parentElement, bar.parentElement.offsetWidth + step, true);
  event.preventDefault();
});

document.addEventListener("pointerdown", (event) => {
  const bar = event.target.closest("[data-side-bar]");
  if (!bar) return;
  const side = bar.parentElement;
  const left = side.getBoundingClientRect().left;
  bar.setPointerCapture(event.pointerId);
  const move = (moved) => resize(side, moved.clientX - left, true);
  bar.addEventListener("pointermove", move);
  bar.addEventListener("lostpointercapture", () => bar.removeEventListener("pointermove", move), { once: true });
  event.preventDefault();
});

// In the sheet a choice is made: the editor is what one wants to see then.
document.addEventListener("click", (event) => {
  if (NARROW.matches && event.target.closest(".tree-action")) show(event.target.closest("[data-side]"), false);
});

document.addEventListener("plumb:insert", (event) => {
  if (NARROW.matches && event.target.closest?.("plumb-editor")) for (const side of document.querySelectorAll("[data-side]")) show(side, false);
}, true);

function show(side, open) {
  side.hidden = !open;
  tell(side);
  if (open) for (const part of side.querySelectorAll("[data-side-lazy]")) part.dispatchEvent(new CustomEvent("plumb:shown"));
}

function tell(side) {
  if (!side) return;
  for (const button of document.querySelectorAll(`[data-side-toggle="${side.dataset.side}"][aria-controls]`)) button.setAttribute("aria-expanded", String(!side.hidden));
}

function resize(side, pixels, remember = false) {
  const width = Math.round(Math.min(MOST, Math.max(LEAST, pixels)));
  side.style.setProperty("--side", `${width}px`);
  side.querySelector("[data-side-bar]")?.setAttribute("aria-valuenow", width);
  if (remember) keep(`plumb-side-${side.dataset.side}-width`, width);
}
