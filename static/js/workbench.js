// Keys of the workbench: Ctrl+S saves from anywhere on the page, Ctrl+Enter runs from outside the editor, which
// sends plumb:run itself.
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.repeat) return;
  const form = document.getElementById("workbench");
  if (!form || document.querySelector("dialog[open]")) return;
  if (event.key === "s") press(event, form.querySelector("[data-save]"));
  if (event.key === "Enter" && !event.target.closest("plumb-editor")) press(event, form.querySelector("[data-run]"));
});

// A value that is typed again is no longer the wrong one.
document.addEventListener("input", (event) => {
  const parameter = event.target.closest(".parameter.field-invalid");
  if (!parameter) return;
  parameter.classList.remove("field-invalid");
  parameter.querySelector(".field-error")?.remove();
  for (const field of parameter.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
});

function press(event, button) {
  if (!button) return;
  event.preventDefault();
  if (!button.disabled) button.click();
}
