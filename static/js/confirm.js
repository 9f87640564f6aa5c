// Asks before something is done. On a form or on a submit button:
//   data-confirm="Archive Flights?"  data-confirm-text="Its runs stay."  data-confirm-action="Archive"  data-confirm-tone="danger"
// hx-confirm="..." asks by the same dialog.
const dialog = document.getElementById("confirm");

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const asker = event.submitter?.matches("[data-confirm]") ? event.submitter : form.matches("[data-confirm]") ? form : null;
  if (!asker || asker.dataset.confirmed === "yes") {
    if (asker) delete asker.dataset.confirmed;
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!(await ask(asker.dataset))) return;
  asker.dataset.confirmed = "yes";
  form.requestSubmit(event.submitter ?? undefined);
}, true);

document.addEventListener("htmx:confirm", async (event) => {
  if (!event.detail.question) return;
  event.preventDefault();
  const wish = { ...event.detail.elt.dataset, confirm: event.detail.question };
  if (await ask(wish)) event.detail.issueRequest(true);
});

// Answers true or false. wish: { confirm, confirmText, confirmAction, confirmTone }.
export function ask(wish) {
  const yes = dialog.querySelector("[data-confirm-yes]");
  const danger = wish.confirmTone === "danger";
  dialog.querySelector("#confirm-title").textContent = wish.confirm;
  dialog.querySelector("#confirm-text").textContent = wish.confirmText ?? "";
  yes.querySelector("span").textContent = wish.confirmAction ?? "Continue";
  yes.classList.toggle("button-danger-solid", danger);
  yes.classList.toggle("button-primary", !danger);
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((answer) => {
    dialog.addEventListener("close", () => answer(dialog.returnValue === "yes"), { once: true });
  });
}
