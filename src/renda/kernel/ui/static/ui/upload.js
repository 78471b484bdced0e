// Files: shows what was chosen, takes what is dropped, and says before sending what is too large.
export function wake(boxes) {
  for (const box of boxes) {
    if (box.dataset.woken) continue;
    box.dataset.woken = "1";
    const input = box.querySelector("input[type=file]");
    const list = box.querySelector(".upload-list");
    const most = Number(box.dataset.most) * 1024 * 1024;
    const show = () => {
      list.hidden = !input.files.length;
      list.replaceChildren(...[...input.files].map((file, index) => line(file, most, () => {
        const left = new DataTransfer();
        [...input.files].forEach((one, at) => { if (at !== index) left.items.add(one); });
        input.files = left.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
      })));
    };
    input.addEventListener("change", show);
    for (const name of ["dragenter", "dragover"]) {
      box.addEventListener(name, (event) => {
        event.preventDefault();
        box.classList.add("over");
      });
    }
    for (const name of ["dragleave", "drop"]) box.addEventListener(name, () => box.classList.remove("over"));
    box.addEventListener("drop", (event) => {
      event.preventDefault();
      const files = new DataTransfer();
      if (input.multiple) for (const file of input.files) files.items.add(file);
      for (const file of event.dataTransfer.files) {
        if (input.multiple || !files.items.length) files.items.add(file);
      }
      input.files = files.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
    show();
  }
}

function line(file, most, remove) {
  const item = document.createElement("li");
  const name = document.createElement("span");
  name.textContent = file.name;
  const size = document.createElement("span");
  size.className = "muted";
  size.textContent = text(file.size);
  item.append(name, size);
  if (most && file.size > most) {
    const wrong = document.createElement("span");
    wrong.className = "wrong";
    wrong.textContent = `超过 ${text(most)}，传不上去；照片可以调低分辨率，文档可以分成几份`;
    item.append(wrong);
  }
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn quiet small push";
  button.textContent = "去掉";
  button.setAttribute("aria-label", `去掉 ${file.name}`);
  button.addEventListener("click", remove);
  item.append(button);
  return item;
}

function text(bytes) {
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} 千字节` : `${(bytes / 1024 / 1024).toFixed(1)} 兆`;
}
