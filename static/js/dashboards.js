// A dashboard that refreshes by itself ([data-auto]): presses its own button every so often, a little apart from other
// screens. A hidden tab rests, and only tiles that are seen are refreshed. Walls have js/wall.js.
import { onFresh } from "./fresh.js";

const SPREAD = 0.2;
const AGAIN_S = 15;
const SETTLE_MS = 250; // a tile that is scrolled past quickly is not asked for
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

const bar = document.querySelector("[data-auto]");
if (bar) begin(bar);

function begin(bar) {
  const part = (name) => bar.querySelector(`[data-auto-${name}]`);
  const kept = `plumb-auto-${bar.dataset.auto}`;
  const every = part("every");
  const pause = part("pause");
  let due = 0;
  let contact = new Date();
  let isAway = false;

  const own = read(kept);
  if (own !== null) every.value = own;
  if (every.selectedIndex < 0) every.value = "";
  const isPaused = () => pause.getAttribute("aria-pressed") === "true";

  function plan(seconds = Number(every.value)) {
    due = seconds ? Date.now() + seconds * 1000 * (1 + (Math.random() - 0.5) * SPREAD) : 0;
    tell();
  }

  function tell() {
    pause.hidden = !every.value;
    const left = Math.max(0, Math.round((due - Date.now()) / 1000));
    part("countdown").textContent = !due || isPaused() ? "" : `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    const words = isAway ? `No answer. Last contact ${clock.format(contact)}` : "";
    if (part("contact").textContent !== words) part("contact").textContent = words;
    bar.toggleAttribute("data-away", isAway);
  }

  setInterval(() => {
    if (!due || document.hidden) return;
    if (!isPaused() && Date.now() >= due) {
      plan();
      part("button").click();
    } else tell();
  }, 1000);
  // What would be too old before the next turn is refreshed in this one.
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (isRefresh(detail) && every.value && !isPaused()) detail.parameters.every = every.value;
  });

  every.addEventListener("change", () => {
    write(kept, every.value);
    plan();
  });
  pause.addEventListener("click", () => {
    pause.setAttribute("aria-pressed", String(!isPaused()));
    pause.firstElementChild.textContent = isPaused() ? "Resume" : "Pause";
    plan();
  });

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (document.hidden && event.detail.elt.id === "pulse") event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) document.getElementById("pulse")?.dispatchEvent(new CustomEvent("plumb:look"));
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const { status } = event.detail.xhr;
    isAway = status === 0 || status >= 500;
    if (isAway && due) plan(AGAIN_S);
    else if (!isAway) contact = new Date();
    tell();
  });
  document.addEventListener("plumb:moved", () => location.reload());
  plan();
  refreshSeen(part("button"));
}

// A refresh of what is too old names the tiles that are seen; the others wait until somebody scrolls to them.
function refreshSeen(button) {
  const seen = new Set();
  let settled;
  let isFirst = true; // those that are seen at once are asked for as the page loads
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) isIntersecting ? seen.add(target) : seen.delete(target);
    clearTimeout(settled);
    settled = setTimeout(() => {
      const wanted = !isFirst;
      isFirst = false;
      if (wanted && [...seen].some((tile) => tile.querySelector("[data-due]")) && !document.hidden) button.click();
    }, SETTLE_MS);
  });
  onFresh(() => document.querySelectorAll(".board > .tile").forEach((tile) => observer.observe(tile)));

  document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (!isRefresh(detail)) return;
    const isSeen = (tile) => {
      const { top, bottom } = tile.getBoundingClientRect();
      return bottom > 0 && top < innerHeight;
    };
    const tiles = [...document.querySelectorAll(".board > .tile")].filter(isSeen);
    detail.parameters.visible = tiles.map((tile) => tile.id.replace("tile-", "")).join(" ");
  });
}

function isRefresh({ verb, path }) {
  return verb === "post" && /\/refreshes(\?|$)/.test(path) && !/[?&]tile=/.test(path);
}

function read(name) {
  try { return localStorage.getItem(name); } catch { return null; }
}

function write(name, text) {
  try { localStorage.setItem(name, text); } catch { /* it is forgotten with the page */ }
}
