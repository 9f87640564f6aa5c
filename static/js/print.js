// A page to be printed: its times in the reader's zone, and a button that asks the browser to print.
import "./times.js";

document.querySelector("[data-print]")?.addEventListener("click", () => print());
