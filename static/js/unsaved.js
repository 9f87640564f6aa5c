// <form data-guard-unsaved>: leaving asks first once something was typed. A submit, or a "plumb:saved" event
// from anywhere (HX-Trigger: plumb:saved), makes it clean again; form.dataset.unsaved tells which.
const guarded = (target) => target.closest?.("form[data-guard-unsaved]");
const dirty = () => document.querySelectorAll("form[data-guard-unsaved][data-unsaved]");

for (const name of ["input", "change", "plumb:change"]) {
  document.addEventListener(name, (event) => {
    const form = guarded(event.target);
    if (form && event.target.name !== undefined && "passing" in event.target.dataset) return;
    if (form) form.dataset.unsaved = "";
  });
}

document.addEventListener("submit", (event) => {
  const form = guarded(event.target);
  // A form that htmx sends stays on the page: it is clean when the server says plumb:saved.
  if (form && !form.matches("[hx-post], [hx-put]") && !event.submitter?.matches("[hx-post]")) delete form.dataset.unsaved;
});

// Who chose to drop what was written is not asked again.
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-leave-unsaved]")) dirty().forEach((form) => delete form.dataset.unsaved);
});

document.addEventListener("plumb:saved", () => dirty().forEach((form) => delete form.dataset.unsaved));

addEventListener("beforeunload", (event) => {
  if (dirty().length > 0) event.preventDefault();
});
