// A grid that takes what is copied from a spreadsheet: cells fill to the right and down, rows are added as needed.
// Up, down and Enter move between rows. A grid without <template> holds rows of things that are there: none is added.
export function wake(grids) {
  for (const grid of grids) {
    if (grid.dataset.woken) continue;
    grid.dataset.woken = "1";
    const body = grid.querySelector("tbody");
    const template = grid.querySelector("template");
    const add = () => {
      if (!template) return null;
      const row = template.content.firstElementChild.cloneNode(true);
      for (const cell of row.querySelectorAll("[name]")) cell.name = cell.name.replace("__n__", body.rows.length);
      body.append(row);
      return row;
    };
    const button = grid.querySelector("[data-grid-add]");
    if (button) {
      button.hidden = false;
      button.addEventListener("click", () => add().querySelector("input, select").focus());
    }

    body.addEventListener("paste", (event) => {
      const text = event.clipboardData.getData("text/plain");
      if (!/[\t\n]/.test(text.trimEnd())) return;
      event.preventDefault();
      const row = event.target.closest("tr");
      const column = [...row.cells].indexOf(event.target.closest("td"));
      parse(text).forEach((values, down) => {
        const target = body.rows[row.sectionRowIndex + down] ?? add();
        values.forEach((value, right) => {
          const field = target?.cells[column + right]?.querySelector("input, select");
          if (!field || field.readOnly) return;
          if (field.tagName === "SELECT") choose(field, value.trim());
          else if (field.type === "checkbox") field.checked = /^(是|√|✓|1|y)$/i.test(value.trim());
          else field.value = field.type === "date" ? day(value) : value.trim();
          // A date that cannot be read is shown for what it is, not dropped.
          if (field.type === "date" && value.trim() && !field.value) {
            field.type = "text";
            field.value = value.trim();
          }
          field.dispatchEvent(new Event("input", { bubbles: true }));
        });
      });
    });
    body.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, Enter: 1, ArrowUp: -1 }[event.key];
      if (!step || event.isComposing || event.target.tagName === "SELECT") return;
      if (event.target.type === "date" && event.key !== "Enter") return;
      event.preventDefault();
      const row = event.target.closest("tr");
      const column = [...row.cells].indexOf(event.target.closest("td"));
      const next = body.rows[row.sectionRowIndex + step] ?? (step > 0 ? add() : row);
      next?.cells[column].querySelector("input, select")?.focus();
    });
  }
}

// A menu takes the words of one of its choices, or how one begins; anything else changes nothing.
function choose(field, words) {
  const options = [...field.options];
  const found = options.find((o) => o.text.trim() === words || o.value === words) ?? options.find((o) => words && o.text.trim().startsWith(words));
  if (found) field.value = found.value;
}

// Tab-separated text as spreadsheets copy it: a cell with a line break inside stands in quotes.
function parse(text) {
  const rows = [[]];
  let cell = "";
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i];
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text[i + 1] === '"') { cell += '"'; i += 1; }
      else quoted = false;
    } else if (char === '"' && !cell) quoted = true;
    else if (char === "\t") { rows.at(-1).push(cell); cell = ""; }
    else if (char === "\n") { rows.at(-1).push(cell); rows.push([]); cell = ""; }
    else if (char !== "\r") cell += char;
  }
  rows.at(-1).push(cell);
  if (rows.at(-1).length === 1 && !rows.at(-1)[0]) rows.pop();
  return rows;
}

function day(text) {
  const found = text.trim().match(/^(\d{4})\s*[-年./]\s*(\d{1,2})\s*[-月./]\s*(\d{1,2})\s*日?$/);
  return found ? `${found[1]}-${found[2].padStart(2, "0")}-${found[3].padStart(2, "0")}` : "";
}
