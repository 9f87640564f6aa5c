// <details data-picker>: what is chosen stands in its summary; a long list has a field that filters it.
import { onFresh } from "./fresh.js";

onFresh((root) => {
  for (const filter of root.querySelectorAll?.("[data-picker-filter]") ?? []) filter.hidden = false;
});

document.addEventListener("change", (event) => {
  const picker = event.target.closest?.("details[data-picker]");
  if (picker && event.target.matches("input[type=radio], input[type=checkbox]")) say(picker);
});

document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-picker-filter]")) return;
  const picker = event.target.closest("details[data-picker]");
  const wanted = event.target.value.trim().toLowerCase();
  let shown = 0;
  for (const choice of picker.querySelectorAll(".picker-choice")) {
    choice.hidden = !choice.textContent.toLowerCase().includes(wanted);
    if (!choice.hidden) shown += 1;
  }
  picker.querySelector("[data-picker-none]").hidden = shown > 0;
});

document.addEventListener("toggle", (event) => {
  const picker = event.target;
  if (!picker.matches?.("details[data-picker][open]")) return;
  (picker.querySelector("[data-picker-filter]") ?? picker.querySelector(":checked") ?? picker.querySelector(".picker-choice input"))?.focus();
}, true);

document.addEventListener("keydown", (event) => {
  const picker = event.target.closest?.("details[data-picker]");
  if (!picker) return;
  const boxes = [...picker.querySelectorAll(".picker-choice:not([hidden]) input")];
  const at = boxes.indexOf(event.target);
  if (event.key === "Enter" && picker.open && (at >= 0 || event.target.matches("[data-picker-filter]"))) {
    event.preventDefault();
    if (at < 0) boxes[0]?.click();
    else close(picker);
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const moves = event.target.matches("[data-picker-filter]") || event.target.type === "checkbox";
  if (!step || !moves) return;
  event.preventDefault();
  (boxes[at + step] ?? picker.querySelector("[data-picker-filter]"))?.focus();
});

function close(picker) {
  picker.open = false;
  picker.querySelector("summary").focus();
}

function say(picker) {
  const chosen = [...picker.querySelectorAll(".picker-choice input:checked")].filter((box) => box.value !== "");
  const names = chosen.map((box) => box.parentElement.textContent.trim());
  picker.querySelector("[data-picker-said]").textContent = names.join(", ") || picker.dataset.empty;
  const count = picker.querySelector("[data-picker-count]");
  count.textContent = names.length;
  count.hidden = names.length < 2;
}
