// Opens the dialog that a link names; the link's own address is the same form on a page of its own.
export function wake(links) {
  for (const link of links) {
    const dialog = document.getElementById(link.dataset.dialog);
    if (!dialog?.showModal || link.dataset.woken) continue;
    link.dataset.woken = "1";
    link.addEventListener("click", (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      dialog.showModal();
    });
    dialog.addEventListener("click", (event) => {
      // A click on the veil, outside the box, closes; but never while something has been typed.
      if (event.target === dialog && !dialog.querySelector("form[data-changed]")) dialog.close();
    });
    dialog.addEventListener("input", (event) => event.target.form?.setAttribute("data-changed", ""));
  }
}
