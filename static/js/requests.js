// What every htmx request shares: the CSRF header, the thin line while it is on its way, and words when it fails.
// Polling fragments are marked data-quiet: they move no line, and a lost network is said once.
import { dismiss, toast } from "./toasts.js";

const LINE_AFTER_MS = 150;
const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";
const waiting = new Set();
let clock;

const isQuiet = (event) => Boolean(event.detail.elt?.closest("[data-quiet]"));

document.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["X-CSRFToken"] = meta("csrf-token");
});

document.addEventListener("htmx:beforeRequest", (event) => {
  if (isQuiet(event)) return;
  waiting.add(event.detail.xhr);
  clock ??= setTimeout(() => { document.documentElement.dataset.busy = ""; }, LINE_AFTER_MS);
});

document.addEventListener("htmx:afterRequest", (event) => {
  waiting.delete(event.detail.xhr);
  if (waiting.size === 0) {
    clearTimeout(clock);
    clock = undefined;
    delete document.documentElement.dataset.busy;
  }
  if (event.detail.xhr.status) dismiss("network");
});

for (const lost of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(lost, () => toast("Plumbline cannot be reached. What you see may be old.", "danger", "network"));
}

document.addEventListener("htmx:responseError", (event) => {
  const { status } = event.detail.xhr;
  if (status === 401) return signIn();
  toast(words(status, event.detail.xhr), "danger", `status-${status}`);
});

function signIn() {
  const back = encodeURIComponent(location.pathname + location.search);
  location.assign(`${meta("sign-in")}?next=${back}`);
}

// The server's own words where it has some (errors/_problem.html), else ours.
function words(status, xhr) {
  if ((xhr.getResponseHeader("Content-Type") ?? "").startsWith("text/html")) {
    const notice = new DOMParser().parseFromString(xhr.responseText, "text/html").querySelector(".notice-body");
    const text = [...(notice?.children ?? [])].map((part) => part.textContent.trim()).filter(Boolean).join(". ");
    if (text) return text.replaceAll("..", ".");
  }
  if (status === 403) return "Your role does not allow this.";
  if (status === 404) return "This is no longer here.";
  if (status === 429) return "Too many requests. Wait a moment and try again.";
  return "Something went wrong. It has been logged; try again in a moment.";
}
