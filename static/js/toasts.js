// toast("Saved.", "success"). The server says the same by a flashed message, or, to htmx, by the header
// HX-Trigger: {"plumb:toast": {"message": "Saved.", "tone": "success"}}.
const STAY_MS = { success: 5000, info: 7000 };
const region = document.getElementById("toasts");

export function toast(message, tone = "info", key = "") {
  if (key) dismiss(key);
  const made = document.getElementById("toast-pattern").content.firstElementChild.cloneNode(true);
  made.className = `toast toast-${tone}`;
  made.dataset.toast = tone;
  if (key) made.dataset.toastKey = key;
  const use = made.querySelector("use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${tone}`));
  made.querySelector(".toast-text").textContent = message;
  region.append(made);
  rest(made);
  return made;
}

export function dismiss(key) {
  region.querySelector(`[data-toast-key="${CSS.escape(key)}"]`)?.remove();
}

// Warnings and errors stay until they are dismissed; the others stay while they are pointed at.
function rest(item) {
  const time = STAY_MS[item.dataset.toast];
  if (!time) return;
  const wait = () => setTimeout(() => (item.matches(":hover, :focus-within") ? wait() : item.remove()), time);
  wait();
}

region.querySelectorAll(".toast").forEach(rest);

document.addEventListener("click", (event) => event.target.closest("[data-dismiss]")?.closest(".toast, .notice")?.remove());
document.addEventListener("plumb:toast", (event) => toast(event.detail.message, event.detail.tone));
