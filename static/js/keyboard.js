// Single keys. [data-keys] holds links with data-key="g h"; never while somebody types or a dialog is open.
const WAIT_MS = 900;
let before = "";
let clock;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
  if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
  const keys = `${before} ${event.key}`.trim();
  if (act(keys) || act(event.key)) {
    event.preventDefault();
    before = "";
    return;
  }
  before = event.key === "g" ? "g" : "";
  clearTimeout(clock);
  clock = setTimeout(() => { before = ""; }, WAIT_MS);
});

function act(keys) {
  if (keys === "?") return open(document.getElementById("key-help"));
  if (keys === "/") return focus(document.querySelector("[data-search]"));
  const link = document.querySelector(`[data-keys] [data-key="${CSS.escape(keys)}"]`);
  link?.click();
  return Boolean(link);
}

function open(dialog) {
  dialog?.showModal();
  return Boolean(dialog);
}

function focus(field) {
  field?.focus();
  field?.select();
  return Boolean(field);
}

// Islands that move by keys (the grid, the editor) mark themselves with data-keys-own or a role of their own.
function isTyping(target) {
  return Boolean(target.closest?.("input, textarea, select, [contenteditable]:not([contenteditable=false]), plumb-editor, plumb-grid, [data-keys-own]"));
}
