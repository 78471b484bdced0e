// Texts grow with what is written in them, and say how many characters are left.
export function wake(found) {
  for (const element of found) {
    if (element.matches("[data-grow]")) grow(element);
    if (element.matches("[data-count-for]")) count(element);
  }
}

function grow(area) {
  const fit = () => {
    if (area.scrollHeight > area.clientHeight) area.style.height = `${area.scrollHeight + 4}px`;
  };
  area.addEventListener("input", fit);
  fit();
}

function count(note) {
  const field = document.getElementById(note.dataset.countFor);
  const limit = Number(field?.getAttribute("maxlength"));
  if (!limit) return;
  const show = () => {
    const length = [...field.value].length;
    // A short field says so only when it is getting full.
    note.parentElement.hidden = field.tagName !== "TEXTAREA" && length < limit * 0.7;
    note.textContent = length ? `${length} / ${limit} 字` : `最多 ${limit} 字`;
  };
  field.addEventListener("input", show);
  show();
}
