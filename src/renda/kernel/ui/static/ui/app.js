// What every page gets. Each part looks for its own hooks and is loaded only where they are; without JavaScript
// pages still read, links still lead somewhere and forms still post.
import { guardLeaving } from "./drafts.js";
import { menus } from "./menus.js";

const parts = [
  ["[data-dialog]", () => import("./dialog.js")],
  ["[data-why]", () => import("./why.js")],
  ["form[data-send]", () => import("./send.js")],
  ["[data-autosave]", () => import("./autosave.js")],
  ["[data-list]", () => import("./list.js")],
  ["[data-grid]", () => import("./grid.js")],
  ["[data-upload]", () => import("./upload.js")],
  ["[data-grow], [data-count-for]", () => import("./fields.js")],
  [".ledger-scroll, .process-frame, .tabs, .steps", () => import("./scroll.js")],
  ["[data-live]", () => import("./live.js")],
  ["[data-chart]", () => import("./charts.js")],
];

async function wake(root) {
  for (const [hook, load] of parts) {
    const found = [...root.querySelectorAll(hook)];
    if (root.matches?.(hook)) found.push(root);
    if (!found.length) continue;
    const { wake: start } = await load();
    start(found, root);
  }
}

menus();
guardLeaving();
wake(document);
// Parts that htmx brings in get the same.
document.addEventListener("htmx:load", (event) => {
  if (event.detail.elt !== document.body) wake(event.detail.elt);
});
document.addEventListener("renda:drawn", (event) => wake(event.detail.root));
