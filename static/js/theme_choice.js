const choice = () => {
  try { return localStorage.getItem("plumb-theme") || "system"; } catch { return "system"; }
};

for (const input of document.querySelectorAll("[data-theme-choices] input")) input.checked = input.value === choice();

document.addEventListener("change", (event) => {
  if (!event.target.closest?.("[data-theme-choices]")) return;
  try { localStorage.setItem("plumb-theme", event.target.value); } catch { /* private windows may refuse */ }
  dispatchEvent(new Event("plumb:theme"));
});
