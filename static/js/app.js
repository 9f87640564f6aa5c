// Behaviours of the signed-in pages. Each listens on the document, so that what htmx swaps in needs no wiring.
import "./confirm.js";
import "./copy.js";
import "./dialogs.js";
import "./keyboard.js";
import "./menus.js";
import "./parameters.js";
import "./picker.js";
import "./requests.js";
import "./reveal.js";
import "./side.js";
import "./split.js";
import "./theme_choice.js";
import "./times.js";
import "./toasts.js";
import "./tree.js";
import "./unsaved.js";
import "./workbench.js";
