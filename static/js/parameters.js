// Parameters of the workbench and of dashboards: words instead of dates, how many values wait to be applied, and choices that
// depend on other values (data-needs).
import { onFresh } from "./fresh.js";

const form = () => document.getElementById("parameters")?.closest("form");
const fields = (parameter) => parameter.querySelectorAll("[name^='param.'][data-passing]");
let applied = new Map();

// What a parameter's fields hold, as one text to compare.
function standing(parameter) {
  const words = parameter.querySelector("[data-words]")?.value;
  if (words) return words;
  const texts = [...fields(parameter)].filter((field) => !/^(radio|checkbox)$/.test(field.type) || field.checked);
  return texts.map((field) => field.value).filter(Boolean).join("\n");
}

function all() {
  return [...document.querySelectorAll("#parameters .parameter[data-parameter]")];
}

function remember() {
  applied = new Map(all().map((parameter) => [parameter.dataset.parameter, standing(parameter)]));
  tell();
}

function tell() {
  const changed = all().filter((parameter) => {
    const name = parameter.dataset.parameter;
    const is = applied.has(name) && applied.get(name) !== standing(parameter);
    parameter.toggleAttribute("data-pending", is);
    return is;
  }).length;
  const button = form()?.querySelector("[data-run]");
  if (!button) return;
  const badge = button.querySelector(".button-count") ?? button.appendChild(Object.assign(document.createElement("span"), { className: "button-count tabular" }));
  badge.hidden = changed === 0;
  badge.textContent = changed || "";
  badge.title = changed === 1 ? "1 changed value" : `${changed} changed values`;
}

function showWords(select) {
  const bounds = select.parentElement.querySelector(".parameter-bounds");
  if (bounds) bounds.hidden = select.value !== "";
}

onFresh((root) => {
  for (const select of root.querySelectorAll?.("[data-words]") ?? []) showWords(select);
  for (const parameter of all()) {
    const name = parameter.dataset.parameter;
    if (!applied.has(name)) applied.set(name, standing(parameter));
  }
  tell();
});

for (const kind of ["input", "change"]) {
  document.addEventListener(kind, (event) => {
    if (event.target.matches?.("[data-words]")) showWords(event.target);
    const parameter = event.target.closest?.("#parameters .parameter[data-parameter]");
    if (!parameter || !("passing" in event.target.dataset)) return;
    tell();
    if (kind !== "change") return;
    for (const waiting of document.querySelectorAll(`[data-needs~="${CSS.escape(parameter.dataset.parameter)}"]`)) {
      waiting.dispatchEvent(new CustomEvent("plumb:needs"));
    }
  });
}

// Once a run was taken, what stands in the fields is what it shows.
document.addEventListener("htmx:afterRequest", (event) => {
  const { successful, pathInfo, requestConfig } = event.detail;
  if (successful && requestConfig?.verb === "post" && pathInfo?.requestPath === "/runs") remember();
});
