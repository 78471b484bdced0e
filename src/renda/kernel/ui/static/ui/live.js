// Follows what changes on the server. All tabs of a browser share one stream: one tab, the leader, holds it and tells the
// others; when it goes, another takes over. When nothing has come for two seconds the page says so, and as of when it
// stands. What somebody is typing is never touched.
const QUIET = 2000; // ms without a beat after which a page says it is stale
const PATIENCE = 3500; // ms without a word from the leader after which another tab takes over
const account = document.body.dataset.account ?? "0";
const me = Math.random().toString(36).slice(2);
const channel = new BroadcastChannel(`renda-live:${account}`);
const blocks = new Map(); // topic → elements of this page
const tabs = new Map(); // leader only: tab → topics
const last = new Map(); // leader only: topic → newest value, for tabs that come later
const refused = new Set();

let source = null;
let carried = "";
let heard = performance.now(); // when the leader was last heard
let beat = performance.now(); // when the moment last moved on
let moment = "";
let leader = "";
let retry = 0;

export function wake(found) {
  if (!document.body.dataset.account) return; // only who is logged in has a stream
  const begin = blocks.size === 0;
  const before = blocks.size;
  for (const block of found) {
    const known = blocks.get(block.dataset.live) ?? [];
    if (!known.includes(block)) blocks.set(block.dataset.live, [...known.filter((one) => one.isConnected), block]);
  }
  if (begin) start();
  else if (blocks.size > before) hello();
}

const topics = () => [...blocks.keys()];
const tell = (message) => channel.postMessage({ from: me, ...message });

function hello() {
  tell({ kind: "hello", topics: topics() });
  if (leader === me) join(me, topics());
}

function start() {
  channel.addEventListener("message", ({ data }) => listen(data));
  hello();
  setTimeout(() => { if (!leader) lead(); }, 150 + Math.random() * 100);
  setInterval(check, 500);
  setInterval(hello, 5000);
  addEventListener("pagehide", () => {
    tell({ kind: leader === me ? "resign" : "bye" });
    resign();
  });
  addEventListener("pageshow", (event) => { if (event.persisted) hello(); });
}

function listen(data) {
  if (data.kind === "lead") {
    // Two leaders: the one with the smaller name stays.
    if (leader === me && data.from > me) return void tell({ kind: "lead" });
    if (leader === me) resign();
    leader = data.from;
    heard = performance.now();
    if (data.news) hello();
  } else if (data.kind === "beat" && leader !== me) {
    leader = data.from;
    heard = performance.now();
    moved(data.at);
  } else if (data.kind === "value" && leader !== me && (data.to ?? me) === me) {
    show(data.topic, data.value);
  } else if (data.kind === "resign" && data.from === leader) {
    leader = "";
    setTimeout(() => { if (!leader) lead(); }, Math.random() * 200);
  } else if (leader === me && data.kind === "hello") {
    tell({ kind: "lead" });
    join(data.from, data.topics);
    for (const topic of data.topics) {
      if (last.has(topic)) tell({ kind: "value", to: data.from, topic, value: last.get(topic) });
    }
  } else if (leader === me && data.kind === "bye") {
    tabs.delete(data.from);
  }
}

function lead() {
  leader = me;
  tabs.clear();
  tell({ kind: "lead", news: true });
  join(me, topics());
}

function resign() {
  leader = "";
  source?.close();
  source = null;
  carried = "";
}

function join(tab, wanted) {
  tabs.set(tab, wanted);
  const all = [...new Set([...tabs.values()].flat())].filter((topic) => !refused.has(topic)).sort();
  if (source && all.every((topic) => carried.split(" ").includes(topic))) return;
  open(all);
}

function open(all) {
  source?.close();
  source = null;
  carried = all.join(" ");
  if (!all.length) return;
  const query = all.map((topic) => `t=${encodeURIComponent(topic)}`).join("&");
  const here = new EventSource(`/live/stream/?${query}`);
  source = here;
  here.addEventListener("value", ({ data }) => {
    const { topic, value } = JSON.parse(data);
    last.set(topic, value);
    tell({ kind: "value", topic, value });
    show(topic, value);
  });
  here.addEventListener("beat", ({ data }) => {
    const { at } = JSON.parse(data);
    retry = 0;
    heard = performance.now();
    moved(at);
    tell({ kind: "beat", at });
  });
  here.addEventListener("refused", ({ data }) => {
    for (const topic of JSON.parse(data).topics) refused.add(topic);
  });
  here.addEventListener("error", () => {
    // The browser tries again by itself unless the server answered with a refusal.
    if (here.readyState !== EventSource.CLOSED || source !== here) return;
    source = null;
    const wait = Math.min(30000, 3000 * 2 ** retry++);
    setTimeout(() => { if (leader === me && !source) open(all); }, wait);
  });
}

function moved(at) {
  if (at !== moment) beat = performance.now();
  moment = at;
  check();
}

function check() {
  const now = performance.now();
  if (leader && leader !== me && now - heard > PATIENCE) lead();
  const bar = document.querySelector("[data-stale]");
  if (!bar) return;
  const stale = now - beat > QUIET;
  if (stale && bar.hidden) {
    const since = moment ? new Date(moment) : new Date(Date.now() - QUIET);
    const text = since.toLocaleTimeString("zh-CN", { hour12: false, timeZone: "Asia/Shanghai" });
    bar.querySelector("span").textContent = `连接断了，本页停在 ${text}，正在重连。`;
  }
  if (bar.hidden === stale) bar.hidden = !stale;
}

const shown = new WeakMap(); // block → the value it shows, as text

function show(topic, value) {
  const text = JSON.stringify(value);
  for (const block of blocks.get(topic) ?? []) {
    if (!block.isConnected || (shown.get(block) === text && text !== "{}")) continue;
    shown.set(block, text);
    block.toggleAttribute("data-failed", value === null);
    if (value === null) continue;
    if (block.dataset.liveUrl) fetchInto(block);
    else if (typeof value.html === "string") replace(block, value.html);
    else fill(block, value);
  }
}

function fill(block, value) {
  for (const field of block.querySelectorAll("[data-field]")) {
    const given = value[field.dataset.field];
    if (given === undefined) continue;
    if (field.tagName === "METER" || field.tagName === "PROGRESS") field.value = given;
    else if (field.textContent !== String(given)) field.textContent = given;
  }
}

// Many browsers hear of a change in the same second; they do not all ask in the same moment.
const asking = new WeakSet();
function fetchInto(block) {
  if (asking.has(block)) return;
  asking.add(block);
  setTimeout(async () => {
    asking.delete(block);
    try {
      const answer = await fetch(block.dataset.liveUrl, { headers: { "HX-Request": "true" }, redirect: "error" });
      if (answer.ok) replace(block, await answer.text());
    } catch {
      block.toggleAttribute("data-failed", true);
    }
  }, Math.random() * 400);
}

function replace(block, html) {
  if (busy(block)) {
    offer(block, html);
    return;
  }
  const template = document.createElement("template");
  template.innerHTML = html;
  block.replaceChildren(template.content);
  globalThis.htmx?.process(block);
  document.dispatchEvent(new CustomEvent("renda:drawn", { detail: { root: block } }));
}

// Somebody is in a field here, or has typed something that is not sent yet.
function busy(block) {
  const fields = [...block.querySelectorAll("input, textarea, select")];
  return fields.some((field) => {
    if (field === document.activeElement) return true;
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.tagName === "SELECT") return [...field.options].some((option) => option.selected !== option.defaultSelected);
    return field.type !== "hidden" && field.value !== field.defaultValue;
  });
}

function offer(block, html) {
  block.querySelector(":scope > .live-offer")?.remove();
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn small live-offer";
  button.textContent = "有更新，点这里显示（未提交的内容会清掉）";
  button.addEventListener("click", () => {
    block.replaceChildren();
    replace(block, html);
  });
  block.prepend(button);
}
