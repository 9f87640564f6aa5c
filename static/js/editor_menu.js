// [data-editor-do="action"]: asks the page's editor for one of its actions, as its key would.
// Explain is a button of the form; its key is the editor's (plumb:explain).
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-editor-do]");
  if (!button) return;
  button.closest("details[data-menu]")?.removeAttribute("open");
  document.querySelector("plumb-editor")?.dispatchEvent(new CustomEvent("plumb:do", { detail: { action: button.dataset.editorDo } }));
});

// What htmx sends from a menu leaves it open otherwise.
document.addEventListener("click", (event) => {
  event.target.closest(".menu-item[hx-post]")?.closest("details[data-menu]")?.removeAttribute("open");
});

document.addEventListener("plumb:explain", () => document.querySelector("#workbench [data-explain]")?.click());
