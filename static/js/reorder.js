// Lists whose items can be dragged into another order; buttons in each item do the same by keyboard.
let dragged;

document.addEventListener("dragstart", (event) => {
  const item = event.target.closest?.("[data-reorder] > li");
  if (!item) return;
  dragged = item;
  item.dataset.dragged = "";
  event.dataTransfer.effectAllowed = "move";
});

document.addEventListener("dragover", (event) => {
  const over = event.target.closest?.("[data-reorder] > li");
  if (!dragged || !over || over === dragged || over.parentElement !== dragged.parentElement) return;
  event.preventDefault();
  const { top, height } = over.getBoundingClientRect();
  over[event.clientY < top + height / 2 ? "before" : "after"](dragged);
});

document.addEventListener("drop", (event) => {
  if (dragged) event.preventDefault();
});

document.addEventListener("dragend", () => {
  if (!dragged) return;
  delete dragged.dataset.dragged;
  dragged.dispatchEvent(new Event("change", { bubbles: true }));
  dragged = undefined;
});
