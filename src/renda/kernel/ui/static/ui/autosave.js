// Saves a form while it is written. The server is asked a second after the last key; what it does not have yet is kept
// in this browser, is offered back on the next visit, and the foot always says where the text is and since when.
//
// The address (data-autosave) takes the form by POST and answers {"saved": moment} and, for a draft that is new, "url"
// (its page) and "autosave" (its own address); "values" sets hidden fields. A refusal is {"message": why}.
import { drop, keep, kept } from "./drafts.js";
import { renew } from "./token.js";

const WAIT = 1200; // ms after the last key
const RETRY = [5, 10, 20, 40, 60]; // seconds between tries while the network is away

export function wake(forms) {
  for (const form of forms) {
    if (form.tagName === "FORM" && !form.dataset.saving) watch(form);
  }
}

function watch(form) {
  form.dataset.saving = "on";
  let path = location.pathname;
  const said = form.querySelector("[data-saved]");
  let timer = 0;
  let tries = 0;
  let edits = 0; // counted up by each change
  let stored = 0; // the edit that the server has
  let busy = false;

  const say = (state, text, icon = "") => {
    if (!said || form.dataset.sending) return;
    said.dataset.state = state;
    said.replaceChildren(...(icon ? [mark(icon)] : []), text);
  };

  const later = (ms) => {
    clearTimeout(timer);
    timer = setTimeout(save, ms);
  };

  async function save() {
    if (busy || stored === edits || form.dataset.sending) return;
    busy = true;
    const sent = edits;
    try {
      const response = await fetch(form.dataset.autosave, {
        method: "POST",
        body: renew(fields(form)),
        headers: { "X-Autosave": "1" },
        redirect: "error",
      });
      const answer = response.headers.get("Content-Type")?.includes("json") ? await response.json() : {};
      if (response.ok) {
        stored = sent;
        tries = 0;
        adopt(answer);
        if (stored === edits) drop(path);
        say("saved", `已保存 ${clock(answer.saved)}`, "check");
      } else if (response.status >= 500) {
        throw new Error(response.status);
      } else {
        say("refused", answer.message ?? "没有保存到服务器：登录可能已过期。内容存在本机，重新登录后会放回来。");
      }
    } catch {
      const local = keep(path, plain(form));
      say(
        "kept",
        local
          ? `网络断了，${clock()} 的内容存在本机，连上后自动补存`
          : "网络断了，本机也存不下，请先复制内容再离开",
      );
      later(RETRY[Math.min(tries++, RETRY.length - 1)] * 1000);
    } finally {
      busy = false;
      if (stored !== edits && tries === 0 && said?.dataset.state === "saved") later(WAIT);
    }
  }

  function adopt(answer) {
    for (const [name, value] of Object.entries(answer.values ?? {})) {
      if (form.elements[name]?.type === "hidden") form.elements[name].value = value;
    }
    if (answer.autosave) form.dataset.autosave = answer.autosave;
    if (answer.url) {
      drop(path);
      history.replaceState(history.state, "", answer.url);
      form.setAttribute("action", answer.url);
      path = location.pathname;
    }
  }

  form.addEventListener("input", () => {
    edits += 1;
    keep(path, plain(form));
    if (!busy) say("writing", "正在写…");
    later(WAIT);
  });
  form.addEventListener("change", () => later(WAIT));
  form.addEventListener("renda:sent", (event) => {
    if (event.detail.ok) {
      stored = edits;
      clearTimeout(timer);
      drop(path);
    }
  });
  window.addEventListener("online", () => { if (stored !== edits) later(0); });
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
  window.addEventListener("beforeunload", (event) => {
    if (stored !== edits && !form.dataset.sending && document.contains(form)) event.preventDefault();
  });

  offer(form, path, () => {
    edits += 1;
    later(0);
  });
  if ([...form.elements].some(changed)) form.dispatchEvent(new Event("input")); // typed before this module woke
}

function changed(element) {
  if (!element.name || element.type === "hidden") return false;
  if (element.type === "checkbox" || element.type === "radio") return element.checked !== element.defaultChecked;
  if (element.options) return [...element.options].some((option) => option.selected !== option.defaultSelected && option.index > 0);
  return element.defaultValue !== undefined && element.value !== element.defaultValue;
}

// Text of an earlier visit that never reached the server.
function offer(form, path, restored) {
  const found = kept(path);
  if (!found) return;
  if (same(found.fields, plain(form))) {
    drop(path);
    return;
  }
  const notice = document.createElement("div");
  notice.className = "notice warn";
  notice.setAttribute("role", "status");
  const text = document.createElement("div");
  text.textContent = `${clock(found.at)} 写的内容没有传到服务器，还存在这台机器上。`;
  const acts = document.createElement("p");
  acts.className = "acts";
  acts.append(
    button("放回来", () => {
      fill(form, found.fields);
      notice.remove();
      restored();
    }, "primary"),
    button("不要了", () => {
      drop(path);
      notice.remove();
    }),
  );
  text.append(acts);
  notice.append(mark("info"), text);
  form.prepend(notice);
}

function button(label, act, kind = "") {
  const made = document.createElement("button");
  made.type = "button";
  made.className = `btn small ${kind}`;
  made.textContent = label;
  made.addEventListener("click", act);
  return made;
}

function mark(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  const sprite = document.querySelector("svg.icon use")?.getAttribute("href").split("#")[0] ?? "";
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}

const secret = (element) => element?.type === "password" || element?.type === "file" || element?.hasAttribute?.("data-private");

function fields(form) {
  const data = new FormData(form);
  for (const element of form.elements) {
    if (element.type === "file" || element.type === "password") data.delete(element.name);
  }
  return data;
}

// What may be kept in the browser: no files, no passwords, nothing marked private (ID numbers, phones), no token.
function plain(form) {
  const hidden = new Set(["csrfmiddlewaretoken"]);
  for (const element of form.elements) if (secret(element)) hidden.add(element.name);
  return [...new FormData(form)].filter(([name, value]) => !hidden.has(name) && typeof value === "string");
}

function same(kept, now) {
  const text = (pairs) => JSON.stringify(pairs.filter(([name]) => name !== "csrfmiddlewaretoken"));
  return text(kept) === text(now);
}

function fill(form, pairs) {
  const values = new Map();
  for (const [name, value] of pairs) values.set(name, [...(values.get(name) ?? []), value]);
  for (const element of form.elements) {
    if (!element.name || secret(element) || element.name === "csrfmiddlewaretoken") continue;
    const given = values.get(element.name);
    if (element.type === "checkbox" || element.type === "radio") element.checked = given?.includes(element.value) ?? false;
    else if (element.type !== "hidden" && given) element.value = given.shift() ?? "";
  }
}

function clock(moment) {
  const when = moment ? new Date(moment) : new Date();
  return when.toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai" });
}
