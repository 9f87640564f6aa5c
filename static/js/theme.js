// Settles the theme before the first paint: a small blocking script in the head.
// The choice is "light", "dark" or "system" in localStorage; <html data-theme> is always "light" or "dark".
// A page may fix its own theme by <html data-theme-fixed="dark">.
(() => {
  const root = document.documentElement;
  const night = matchMedia("(prefers-color-scheme: dark)");
  const read = () => {
    try { return localStorage.getItem("plumb-theme") || "system"; } catch { return "system"; }
  };
  const settle = () => {
    const choice = root.dataset.themeFixed || read();
    root.dataset.theme = choice === "light" || choice === "dark" ? choice : night.matches ? "dark" : "light";
  };
  settle();
  night.addEventListener("change", settle);
  addEventListener("storage", (event) => event.key === "plumb-theme" && settle());
  addEventListener("plumb:theme", settle);
})();
