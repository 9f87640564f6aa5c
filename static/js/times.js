// <time data-clock> says "14:02", with the date where that is not today; <time data-relative> says "3 minutes ago", or "3m ago" where it is "narrow", and stays right; its tip, like <time data-absolute>, is in the reader's zone.
import { onFresh } from "./fresh.js";
import { clockIn } from "./zone.js";

const STEPS = [[60, "second", 1], [3600, "minute", 60], [86400, "hour", 3600], [7 * 86400, "day", 86400]];
const relative = new Intl.RelativeTimeFormat("en", { numeric: "always" });
const narrow = new Intl.RelativeTimeFormat("en", { numeric: "always", style: "narrow" });
const whole = clockIn({ year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "short" });
const clock = clockIn({ hour: "2-digit", minute: "2-digit" });
const dated = clockIn({ year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" });
const day = clockIn({ year: "numeric", month: "short", day: "numeric" });

onFresh((root) => {
  for (const time of [root, ...root.querySelectorAll("time[datetime]")]) {
    if (!time.matches?.("time[datetime]")) continue;
    const when = new Date(time.dateTime);
    if (Number.isNaN(when.getTime())) continue;
    if ("relative" in time.dataset) time.title = whole.format(when);
    if ("clock" in time.dataset) {
      time.title = whole.format(when);
      time.textContent = (day.format(when) === day.format(new Date()) ? clock : dated).format(when);
    }
    if ("absolute" in time.dataset) time.textContent = whole.format(when);
  }
  tell(root);
});

setInterval(() => { if (!document.hidden) tell(document); }, 10_000);
document.addEventListener("visibilitychange", () => { if (!document.hidden) tell(document); });

function tell(root) {
  for (const time of [root, ...root.querySelectorAll("time[data-relative]")]) {
    if (!time.matches?.("time[data-relative]")) continue;
    const text = ago(new Date(time.dateTime), time.dataset.relative ? narrow : relative);
    if (text && time.textContent !== text) time.textContent = text;
  }
}

export function ago(when, words = relative) {
  const seconds = (when.getTime() - Date.now()) / 1000;
  if (Number.isNaN(seconds)) return "";
  if (Math.abs(seconds) < 10) return "just now";
  for (const [limit, unit, size] of STEPS) {
    if (Math.abs(seconds) < limit) return words.format(Math.trunc(seconds / size), unit);
  }
  return day.format(when);
}
