// Menus are <details>: they open without JavaScript. With it they also close on Escape, on a click elsewhere,
// and when another one opens.
const MENUS = "details[data-menu], details[data-why], details.chip-menu";

export function menus() {
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll(MENUS)) {
      if (menu.open && !menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = event.target.closest?.(MENUS) ?? document.querySelector(MENUS.replaceAll("]", "][open]").replace(".chip-menu", ".chip-menu[open]"));
    if (!menu?.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}
