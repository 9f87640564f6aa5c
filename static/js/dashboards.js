// A dashboard that refreshes by itself ([data-auto]): presses its own button every so often, a little apart from
// other screens. A hidden tab rests; a wall does not, and tells when the server last answered.
const SPREAD = 0.2;
const AGAIN_S = 15;
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

const bar = document.querySelector("[data-auto]");
if (bar) begin(bar);

function begin(bar) {
  const part = (name) => bar.querySelector(`[data-auto-${name}]`);
  const wall = bar.dataset.wall !== undefined;
  const kept = `plumb-auto-${bar.dataset.auto}`;
  const every = part("every");
  const pause = part("pause");
  let due = 0;
  let contact = new Date();
  let isAway = false;

  if (!wall) every.value = read(kept);
  if (every.selectedIndex < 0) every.value = "";
  const isPaused = () => pause.getAttribute("aria-pressed") === "true";
  const resting = () => document.hidden && !wall;

  function plan(seconds = Number(every.value)) {
    due = seconds ? Date.now() + seconds * 1000 * (1 + (Math.random() - 0.5) * SPREAD) : 0;
    tell();
  }

  function tell() {
    pause.hidden = !every.value;
    const left = Math.max(0, Math.round((due - Date.now()) / 1000));
    part("countdown").textContent = !due || isPaused() ? "" : `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    const words = isAway ? `No answer. Last contact ${clock.format(contact)}` : wall ? `Last contact ${clock.format(contact)}` : "";
    if (part("contact").textContent !== words) part("contact").textContent = words;
    bar.toggleAttribute("data-away", isAway);
  }

  setInterval(() => {
    if (due && !isPaused() && !resting() && Date.now() >= due) {
      plan();
      part("button").click();
    } else if (due && !resting()) tell();
  }, 1000);

  every.addEventListener("change", () => {
    if (!wall) write(kept, every.value);
    plan();
  });
  pause.addEventListener("click", () => {
    pause.setAttribute("aria-pressed", String(!isPaused()));
    pause.firstElementChild.textContent = isPaused() ? "Resume" : "Pause";
    plan();
  });

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (resting() && event.detail.elt.id === "pulse") event.preventDefault();
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
  plan();
}

function read(name) {
  try { return localStorage.getItem(name) ?? ""; } catch { return ""; }
}

function write(name, text) {
  try { localStorage.setItem(name, text); } catch { /* it is forgotten with the page */ }
}
