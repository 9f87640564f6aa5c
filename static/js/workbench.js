// Keys of the workbench: Ctrl+S saves from anywhere on the page, Ctrl+Enter runs from a parameter's field.
// The editor sends plumb:run itself.
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.repeat) return;
  const form = document.getElementById("workbench");
  if (!form || document.querySelector("dialog[open]")) return;
  if (event.key === "s") press(event, form.querySelector("[data-save]"));
  if (event.key === "Enter" && !event.target.closest("plumb-editor")) press(event, form.querySelector("[data-run]"));
});

function press(event, button) {
  if (!button) return;
  event.preventDefault();
  if (!button.disabled) button.click();
}
