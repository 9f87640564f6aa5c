// data-copy="text" or data-copy-from="id of a field or element".
import { toast } from "./toasts.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy], [data-copy-from]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copyFrom);
  const text = button.dataset.copy ?? source?.value ?? source?.textContent ?? "";
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    if (!copyTheOldWay(text)) return toast("The browser does not allow copying here.", "warning");
  }
  show(button);
});

function show(button) {
  const use = button.querySelector("use");
  button.dataset.copied = "";
  use?.setAttribute("href", use.getAttribute("href").replace(/#.*/, "#check"));
  announce("Copied");
  setTimeout(() => {
    delete button.dataset.copied;
    use?.setAttribute("href", use.getAttribute("href").replace(/#.*/, "#copy"));
  }, 1600);
}

function announce(text) {
  const live = document.getElementById("said");
  if (live) live.textContent = text;
}

// Without HTTPS there is no navigator.clipboard.
function copyTheOldWay(text) {
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "visually-hidden";
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}
