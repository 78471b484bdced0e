// What every page gets. Each part looks for its own hooks and is loaded only where they are; without JavaScript
// pages still read, links still lead somewhere and forms still post.
import { menus } from "./menus.js";

const parts = [
  ["[data-dialog]", "./dialog.js"],
  ["[data-why]", "./why.js"],
  ["[data-autosave]", "./autosave.js"],
  ["[data-list]", "./list.js"],
  ["[data-grid]", "./grid.js"],
  ["[data-upload]", "./upload.js"],
  ["[data-grow], [data-count-for]", "./fields.js"],
  ["[data-live]", "./live.js"],
  ["[data-chart]", "./charts.js"],
];

async function wake(root) {
  for (const [hook, module] of parts) {
    const found = [...root.querySelectorAll(hook)];
    if (root.matches?.(hook)) found.push(root);
    if (!found.length) continue;
    const { wake: start } = await import(module);
    start(found, root);
  }
}

menus();
wake(document);
// Parts that htmx brings in get the same.
document.addEventListener("htmx:load", (event) => {
  if (event.detail.elt !== document.body) wake(event.detail.elt);
});
