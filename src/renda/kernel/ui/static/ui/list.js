// Lists by keyboard: j and k go down and up, Enter opens, x picks, / goes to the list's search field.
export function wake(lists) {
  for (const list of lists) {
    if (list.dataset.woken) continue;
    list.dataset.woken = "1";
    const rows = [...list.querySelectorAll("tbody tr")];
    keys(list, rows);
    picks(list);
    for (const menu of list.querySelectorAll(".chip-body")) narrow(menu);
  }
}

function keys(list, rows) {
  let here = -1;
  const go = (to) => {
    rows[here]?.classList.remove("here");
    here = Math.min(Math.max(to, 0), rows.length - 1);
    rows[here].classList.add("here");
    rows[here].scrollIntoView({ block: "nearest" });
    rows[here].querySelector("td.main a")?.focus({ preventScroll: true });
  };
  document.addEventListener("keydown", (event) => {
    if (!document.contains(list) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select, dialog, [contenteditable]")) return;
    const step = { j: 1, k: -1 }[event.key];
    if (step && rows.length) go(here + step);
    else if (event.key === "x" && rows[here]) rows[here].querySelector("td.pick input")?.click();
    else if (event.key === "Enter" && rows[here] && event.target === document.body) rows[here].querySelector("td.main a")?.click();
    else if (event.key === "/") list.querySelector("input[type=search]")?.focus();
    else return;
    event.preventDefault();
  });
}

// Says how many rows are picked; a range with Shift; without any, batch acts wait.
function picks(list) {
  const form = list.querySelector("form[data-batch]");
  if (!form) return;
  const boxes = [...form.querySelectorAll("td.pick input")];
  const every = form.elements.every;
  const said = form.querySelector("[data-picked]");
  const head = form.querySelector("th.pick");
  const whole = document.createElement("input");
  whole.type = "checkbox";
  whole.setAttribute("aria-label", "选本页全部");
  head.append(whole);
  let last = null;
  const show = () => {
    const count = boxes.filter((box) => box.checked).length;
    whole.checked = count === boxes.length;
    whole.indeterminate = count > 0 && count < boxes.length;
    said.textContent = every.checked ? "" : count ? `已选 ${count} 行` : "没有选";
    form.querySelector(".batch").classList.toggle("on", count > 0);
    for (const act of form.querySelectorAll(".batch button")) act.disabled = !count && !every.checked;
  };
  whole.addEventListener("change", () => {
    for (const box of boxes) box.checked = whole.checked;
    show();
  });
  form.addEventListener("click", (event) => {
    const at = boxes.indexOf(event.target);
    if (at < 0) return;
    if (event.shiftKey && last !== null) {
      for (let i = Math.min(at, last); i <= Math.max(at, last); i += 1) boxes[i].checked = event.target.checked;
    }
    last = at;
  });
  form.addEventListener("change", show);
  show();
}

// A long menu of choices gets a field to narrow it.
function narrow(menu) {
  const links = [...menu.querySelectorAll(":scope > a")];
  if (links.length < 13) return;
  const box = document.createElement("input");
  box.type = "search";
  box.placeholder = "输入几个字缩小范围";
  box.setAttribute("aria-label", "缩小范围");
  const wrap = document.createElement("p");
  wrap.className = "chip-narrow";
  wrap.append(box);
  menu.prepend(wrap);
  box.addEventListener("input", () => {
    for (const link of links) link.hidden = !link.textContent.includes(box.value.trim());
  });
}
