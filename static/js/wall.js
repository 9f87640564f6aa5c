// A wall: refreshes by itself, turns its pages, says when the server last answered, and lives for weeks without a
// reload. It never rests, and after a lost night it goes on by itself.
import "./times.js";
import { clockIn } from "./zone.js";

const SPREAD = 0.2; // two walls drift apart by up to a tenth, so that they do not ask at once
const AGAIN_S = 15;
const PAGE_S = 20; // of a dashboard that does not fit, unless its address says otherwise
const byId = (id) => document.getElementById(id);
const clock = clockIn({ hour: "2-digit", minute: "2-digit" });
let wall = byId("wall");
let contact = new Date();
let isAway = false;
let isClosed = false;
let due = 0;
let turn = 0;
let shownPage = 0;

function plan(seconds = Number(wall.dataset.wall)) {
  due = Date.now() + seconds * 1000 * (1 + (Math.random() - 0.5) * SPREAD);
}

setInterval(() => {
  if (Date.now() >= due) {
    plan();
    byId("again").click();
  }
  if (turn && Date.now() >= turn) turnPage();
  tell();
}, 1000);

function tell() {
  const left = Math.max(0, Math.round((due - Date.now()) / 1000));
  say("countdown", `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`);
  const last = `Last contact ${clock.format(contact)}`;
  say("contact", isClosed ? "This link was revoked or the dashboard archived." : isAway ? `No answer. ${last}` : last);
  wall.toggleAttribute("data-away", isAway || isClosed);
}

function say(id, words) {
  const place = byId(id);
  if (place && place.textContent !== words) place.textContent = words;
}

document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector("meta[name=csrf-token]")?.content;
  if (token) event.detail.headers["X-CSRFToken"] = token;
});

document.addEventListener("htmx:afterRequest", (event) => {
  const { status } = event.detail.xhr;
  const was = isAway;
  isAway = status === 0 || status >= 500 || status === 429;
  isClosed = status === 404;
  if (isAway) plan(AGAIN_S);
  else contact = new Date();
  if (was && !isAway) mend();
  tell();
});

// What could not be drawn while nobody answered is drawn now.
function mend() {
  for (const island of document.querySelectorAll("plumb-chart, plumb-grid")) {
    if (!island.querySelector(".is-failure, [role=alert]")) continue;
    const { parentNode, nextSibling } = island;
    island.remove();
    parentNode.insertBefore(island, nextSibling);
  }
}

// Somebody saved the dashboard: the new one takes the place of the old, when all of it has arrived.
document.addEventListener("plumb:moved", async () => {
  const answer = await fetch(location.href, { credentials: "same-origin" }).catch(() => undefined);
  if (!answer?.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const [made, again] = [page.getElementById("wall"), page.getElementById("again")];
  if (!made || !again) return;
  byId("layout").href = page.getElementById("layout").getAttribute("href");
  document.title = page.title;
  for (const part of [made, again]) {
    const here = document.adoptNode(part);
    htmx.swap(`#${part.id}`, here.outerHTML, { swapStyle: "outerHTML" });
  }
  wall = byId("wall");
  begin();
});

// The tiles of each page: the first that does not fit begins the next one, and takes a section's head above it along.
function pages(board) {
  const tiles = [...board.querySelectorAll(".tile")].sort((a, b) => a.offsetTop - b.offsetTop);
  const found = [[]];
  for (const tile of tiles) {
    const page = found.at(-1);
    const top = page[0]?.offsetTop ?? 0;
    if (tile.offsetTop === top || tile.offsetTop + tile.offsetHeight <= top + board.clientHeight) page.push(tile);
    else found.push(page.length > 1 && page.at(-1).matches(".tile-section") ? [page.pop(), tile] : [tile]);
  }
  return found;
}

function turnPage(by = 1) {
  const board = wall.querySelector(".board");
  if (!board) return;
  const found = pages(board);
  shownPage = (shownPage + by) % found.length;
  const shown = new Set(found[shownPage]);
  board.style.setProperty("--page-top", `${found[shownPage][0]?.offsetTop ?? 0}px`);
  for (const tile of board.querySelectorAll(".tile")) tile.toggleAttribute("data-elsewhere", !shown.has(tile));
  say("pages", found.length > 1 ? `${shownPage + 1} / ${found.length}` : "");
  turn = Date.now() + Number(wall.dataset.page) * 1000;
}

// What does not fit on the screen is shown in pages all the same: below its edge nobody would see it.
function fit() {
  if ("overfull" in wall.dataset) {
    delete wall.dataset.overfull;
    delete wall.dataset.page;
  }
  const board = wall.querySelector(".board");
  if (!wall.dataset.page && board && board.scrollHeight > board.clientHeight + 1) Object.assign(wall.dataset, { overfull: "", page: PAGE_S });
  if (wall.dataset.page) return turnPage(0);
  turn = 0;
  say("pages", "");
  for (const tile of wall.querySelectorAll("[data-elsewhere]")) delete tile.dataset.elsewhere;
}

function begin() {
  plan();
  shownPage = 0;
  fit();
  tell();
}

addEventListener("resize", fit);
addEventListener("load", fit);
begin();
