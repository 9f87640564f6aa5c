// The download menu offers the rows as the grid has sorted, filtered and searched them, besides all of them.
const choiceIn = (element) => element.closest("#run")?.querySelector("[data-downloads]");

function point(choice) {
  const selection = choice.querySelector("[value=selection]").checked && choice.dataset.query;
  for (const link of choice.closest("details").querySelectorAll("a.menu-item")) {
    link.href = link.getAttribute("href").split("?")[0] + (selection ? `?${choice.dataset.query}` : "");
  }
}

function offer(choice, query, rows) {
  choice.dataset.query = query;
  choice.hidden = !query;
  choice.closest("details").querySelector("[data-whole]")?.toggleAttribute("hidden", Boolean(query));
  choice.querySelector("[data-count]").textContent = rows.toLocaleString("en-GB");
  point(choice);
}

document.addEventListener("plumb:arranged", (event) => {
  const choice = choiceIn(event.target);
  if (choice) offer(choice, event.detail.query, event.detail.rows);
});

document.addEventListener("change", (event) => {
  const choice = event.target.closest("[data-downloads]");
  if (choice) point(choice);
});

// Another view of the result begins with all rows.
document.addEventListener("htmx:load", (event) => {
  const choice = choiceIn(event.target);
  if (choice) offer(choice, "", 0);
});
