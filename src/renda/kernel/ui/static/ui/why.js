// The copy button of 依据; without a clipboard (plain HTTP inside the network) it selects the text instead.
export function wake(marks) {
  for (const mark of marks) {
    const button = mark.querySelector("[data-copy]");
    if (!button || button.dataset.woken) continue;
    button.dataset.woken = "1";
    button.hidden = false;
    button.addEventListener("click", async () => {
      const label = button.lastChild;
      try {
        await navigator.clipboard.writeText(button.dataset.copy);
        label.textContent = "已复制";
      } catch {
        const range = document.createRange();
        range.selectNodeContents(mark.querySelector(".why-body"));
        getSelection().removeAllRanges();
        getSelection().addRange(range);
        label.textContent = "已选中，按 Ctrl+C";
      }
      setTimeout(() => { label.textContent = "复制"; }, 3000);
    });
  }
}
