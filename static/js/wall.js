// A wall: refreshes by itself, turns its pages, says when the server last answered, and lives for weeks without a
// reload. It never rests, and after a lost night it goes on by itself.
import "./times.js";
import { headRows, heightOf, pagesOf } from "./wall_pages.js";
import { clockIn } from "./zone.js";

const SPREAD = 0.2; // two walls drift apart by up to a tenth, so that they do not ask at once
const AGAIN_S = 15;
const PAGE_S = 20; // of a dashboard that does not fit, unless its address says otherwise
const LEAST_ROW = 0.055; // of a page's height: as low as its rows may get before there are more pages
const MOST_ROW = 0.15; // a page of few rows is not stretched further
const byId = (id) => document.getElementById(id);
const clock = clockIn({ hour: "2-digit", minute: "2-digit" });
let wall = byId("wall");
let contact = new Date();
let isAway = false;
let isClosed = false;
let due = 0;
let turn = 0;
let pages = []; // of each its tiles
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
  // What would be too old before the next turn is refreshed in this one.
  if (event.detail.elt.id === "again") event.detail.parameters.every = wall.dataset.wall;
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

// Where each tile stands, in rows of the board; none on a phone, where all stand below each other.
function placesOf(board) {
  return [...board.querySelectorAll(":scope > .tile")].flatMap((tile) => {
    const { gridRowStart, gridRowEnd } = getComputedStyle(tile);
    const [top, rows] = [Number(gridRowStart), Number(gridRowEnd.replace("span ", ""))];
    return top && rows ? [{ tile, top, rows, isHead: tile.matches(".tile-section") }] : [];
  });
}

// The rows of each page are as high as the screen allows, so that it is full: all pages stand below each other, and
// turning one lays out nothing anew.
function layOut(board) {
  const places = placesOf(board);
  const heads = headRows(places);
  const gap = Number.parseFloat(getComputedStyle(board).rowGap) || 0;
  const room = board.clientHeight;
  const found = pagesOf(places, Math.floor((room + gap) / (Math.max(LEAST_ROW * room, 38) + gap)));
  const rows = found.flatMap(({ first, last, height }) => {
    const high = Math.min((room - gap * (last - first)) / height, MOST_ROW * room);
    return Array.from({ length: last - first + 1 }, (_, at) => `${(heightOf(first + at, heads) * high).toFixed(2)}px`);
  });
  board.style.gridTemplateRows = rows.join(" ");
  pages = found.map(({ first, last }) => places.filter(({ top }) => top >= first && top <= last).map(({ tile }) => tile));
  if (!pages.length) pages = [[...board.querySelectorAll(":scope > .tile")]];
}

function turnPage(by = 1) {
  const board = wall.querySelector(".board");
  turn = Date.now() + Number(wall.dataset.page) * 1000;
  if (!board) return;
  shownPage = (shownPage + by) % pages.length;
  const shown = new Set(pages[shownPage]);
  board.style.setProperty("--page-top", `${Math.min(...pages[shownPage].map((tile) => tile.offsetTop))}px`);
  for (const tile of board.querySelectorAll(".tile")) tile.toggleAttribute("data-elsewhere", !shown.has(tile));
  say("pages", pages.length > 1 ? `${shownPage + 1} / ${pages.length}` : "");
}

// What does not fit on the screen is shown in pages all the same: below its edge nobody would see it.
function fit() {
  const board = wall.querySelector(".board");
  if ("overfull" in wall.dataset) {
    delete wall.dataset.overfull;
    delete wall.dataset.page;
  }
  board?.style.removeProperty("grid-template-rows");
  if (!wall.dataset.page && board && board.scrollHeight > board.clientHeight + 1) Object.assign(wall.dataset, { overfull: "", page: PAGE_S });
  if (wall.dataset.page && board) {
    layOut(board);
    return turnPage(0);
  }
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
