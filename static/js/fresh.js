// Runs `work(root)` on the page and on everything that htmx puts into it later.
export function onFresh(work) {
  work(document);
  document.addEventListener("htmx:load", (event) => work(event.target));
}
