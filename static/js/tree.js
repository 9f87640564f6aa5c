// [role=tree][data-tree]: one stop for Tab; arrows, Home, End and letters move; right and left open and close.
// A branch asks for what it holds when it is first opened ("plumb:expand" on its group). Enter, or a press on the
// name, puts data-insert into the editor; a press on the sign before it, or on what has nothing to insert, opens it.
import { onFresh } from "./fresh.js";

const itemOf = (element) => element.closest?.("[data-tree] [role=treeitem]");
const isOpen = (item) => item.getAttribute("aria-expanded") === "true";
const isBranch = (item) => item.hasAttribute("aria-expanded");
const shown = (tree) => [...tree.querySelectorAll("[role=treeitem]")].filter((item) => !item.parentElement.closest('[aria-expanded="false"]'));

document.addEventListener("click", (event) => {
  const item = itemOf(event.target);
  if (!item || event.target.closest(".tree-action")) return;
  stand(item);
  if (event.target.closest("[data-tree-twist]")) toggle(item);
  else if (item.dataset.insert === undefined || item.getAttribute("aria-level") === "1" && !item.querySelector("[data-tree-preview]")) isBranch(item) && toggle(item);
  else insert(item);
});

document.addEventListener("keydown", (event) => {
  const item = itemOf(event.target);
  if (!item || event.ctrlKey || event.metaKey || event.altKey) return;
  const items = shown(item.closest("[data-tree]"));
  const at = items.indexOf(item);
  const go = (to) => to && stand(to, true);
  const keys = {
    ArrowDown: () => go(items[at + 1]),
    ArrowUp: () => go(items[at - 1]),
    Home: () => go(items[0]),
    End: () => go(items.at(-1)),
    ArrowRight: () => isBranch(item) && (isOpen(item) ? go(items[at + 1]) : toggle(item)),
    ArrowLeft: () => (isBranch(item) && isOpen(item) ? toggle(item) : go(item.parentElement.closest("[role=treeitem]"))),
    Enter: () => (item.matches("[data-tree-more]") ? item.querySelector(".tree-row").click() : item.dataset.insert === undefined ? isBranch(item) && toggle(item) : insert(item)),
    " ": () => item.querySelector(":scope > .tree-row > [data-tree-preview]")?.click(),
  };
  if (keys[event.key]) keys[event.key]();
  else if (event.key.length === 1 && event.key !== "?" && event.key !== "/") go(next(items, at, event.key.toLowerCase()));
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);

// Down from a search box goes into the tree that it filters.
document.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" || !event.target.matches?.("#catalog-q")) return;
  const first = document.querySelector("[data-tree] [role=treeitem]");
  if (!first) return;
  stand(first, true);
  event.preventDefault();
});

// What came in place of "Show more" takes the focus that it had.
onFresh((root) => {
  if (!(root instanceof Element) || !root.matches("[role=treeitem]")) return;
  const tree = root.closest("[data-tree]");
  if (tree && !tree.querySelector('[tabindex="0"]')) stand(root, document.activeElement === document.body);
});

function stand(item, focus = false) {
  for (const other of item.closest("[data-tree]").querySelectorAll('[role=treeitem][tabindex="0"]')) other.tabIndex = -1;
  item.tabIndex = 0;
  if (!focus) return;
  item.focus({ preventScroll: true });
  item.querySelector(".tree-row").scrollIntoView({ block: "nearest" });
}

function toggle(item) {
  const open = !isOpen(item);
  item.setAttribute("aria-expanded", String(open));
  if (open) item.querySelector(":scope > [role=group]").dispatchEvent(new CustomEvent("plumb:expand"));
}

function insert(item) {
  document.querySelector("plumb-editor")?.dispatchEvent(new CustomEvent("plumb:insert", { detail: { text: item.dataset.insert } }));
}

function next(items, at, letter) {
  const turned = [...items.slice(at + 1), ...items.slice(0, at + 1)];
  return turned.find((item) => item.querySelector(".tree-name")?.textContent.trim().toLowerCase().split(".").at(-1).startsWith(letter));
}
