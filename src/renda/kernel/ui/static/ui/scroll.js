// What scrolls sideways can be reached by keyboard; what fits needs no stop.
export function wake(areas) {
  const check = () => {
    for (const area of areas) {
      if (area.scrollWidth > area.clientWidth) area.tabIndex = 0;
      else area.removeAttribute("tabindex");
    }
  };
  new ResizeObserver(check).observe(document.documentElement);
  check();
}
