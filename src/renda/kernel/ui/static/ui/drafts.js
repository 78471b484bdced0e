// Unsent drafts in this browser. A copy stays only until the server has the text, belongs to one account, and is
// gone at log-out: computers at a station are shared.
const PREFIX = "renda:draft:";
const account = () => document.body.dataset.account ?? "0";
const name = (path) => `${PREFIX}${account()}:${path}`;

export function keep(path, fields) {
  try {
    localStorage.setItem(name(path), JSON.stringify({ path, at: Date.now(), fields }));
    return true;
  } catch {
    return false; // private browsing, or the store is full
  }
}

export function kept(path) {
  try {
    return JSON.parse(localStorage.getItem(name(path)));
  } catch {
    return null;
  }
}

export function drop(path) {
  try {
    localStorage.removeItem(name(path));
  } catch {
    /* nothing was kept */
  }
}

export function all() {
  const mine = `${PREFIX}${account()}:`;
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(mine)).map((key) => key.slice(mine.length));
  } catch {
    return [];
  }
}

// Leaving with something unsent is said first; afterwards nothing of the account stays on this computer.
export function guardLeaving() {
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-leave]")) return;
    const unsent = all();
    if (unsent.length && !confirm(`还有 ${unsent.length} 份内容没有传到服务器，退出后本机上的会删除。仍要退出吗？`)) {
      event.preventDefault();
      return;
    }
    unsent.forEach(drop);
  });
}
