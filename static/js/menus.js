// <details data-menu>: one open at a time; closes by Escape, by a press elsewhere, when focus leaves; arrows move.
const openMenus = () => document.querySelectorAll("details[data-menu][open]");

document.addEventListener("pointerdown", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("focusin", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details[data-menu]");
  if (!menu) return;
  if (event.key === "Escape" && menu.open) {
    menu.open = false;
    menu.querySelector("summary").focus();
    event.preventDefault();
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.target.matches("input, textarea")) return;
  menu.open = true;
  const items = [...menu.querySelectorAll(".menu-item")];
  const at = items.indexOf(document.activeElement);
  items[at < 0 ? (step > 0 ? 0 : items.length - 1) : (at + step + items.length) % items.length]?.focus();
  event.preventDefault();
});

// One that brings what it holds (hx-get) asks each time it opens, so that it is true then, and not when it closes.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.matches?.("details[data-menu][hx-get]:not([open])")) event.preventDefault();
});

// One that hangs from the end of its button hangs from the start where the page's edge would cut it off.
document.addEventListener("toggle", ({ target }) => {
  if (!target.matches?.("details[data-menu][open].menu-end")) return;
  const edge = document.querySelector("main")?.getBoundingClientRect().left ?? 0;
  if (target.querySelector(".menu-list")?.getBoundingClientRect().left < edge) target.classList.remove("menu-end");
}, true);
