// <button data-open-dialog="ID"> opens a <dialog>; data-close-dialog, Escape and a press beside it close it.
let pressedOutside = false;

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open-dialog]");
  if (opener) {
    opener.closest("details[data-menu]")?.removeAttribute("open");
    document.getElementById(opener.dataset.openDialog)?.showModal();
  }
  if (event.target.closest("[data-close-dialog]")) event.target.closest("dialog")?.close();
  if (event.target instanceof HTMLDialogElement && pressedOutside && isBeside(event)) event.target.close("no");
});

document.addEventListener("pointerdown", (event) => {
  pressedOutside = event.target instanceof HTMLDialogElement && isBeside(event);
});

function isBeside({ target, clientX, clientY }) {
  const box = target.getBoundingClientRect();
  return clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom;
}
