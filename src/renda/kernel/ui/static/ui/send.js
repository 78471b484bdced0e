// Sends a form without leaving the page, so that a lost connection loses nothing: on failure everything typed and
// chosen is still there and the foot says what to do. Files show how far they are. The server answers as always;
// instead of a redirect it names the next address (renda.kernel.ui.middleware.Send).
import { renew } from "./token.js";

export function wake(forms) {
  for (const form of forms) {
    if (form.dataset.woken) continue;
    form.dataset.woken = "1";
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented || form.dataset.sending) {
        event.preventDefault();
        return;
      }
      // Not form.method: a field of that name would stand in its place.
      const method = event.submitter?.formMethod || form.getAttribute("method") || "get";
      if (method.toLowerCase() !== "post") return;
      event.preventDefault();
      send(form, event.submitter);
    });
  }
}

function send(form, submitter) {
  const body = new FormData(form);
  if (submitter?.name) body.append(submitter.name, submitter.value);
  const url = submitter?.hasAttribute("formaction") ? submitter.formAction : form.action;
  renew(body);
  const said = note(form);
  const buttons = [...form.querySelectorAll("button")].filter((one) => !one.disabled);
  const release = () => {
    delete form.dataset.sending;
    for (const one of buttons) one.disabled = false;
  };
  const refuse = (...words) => {
    release();
    said.dataset.state = "refused";
    said.replaceChildren(...words);
  };

  form.dataset.sending = "1";
  for (const one of buttons) one.disabled = true;
  said.dataset.state = "sending";
  said.textContent = "正在提交…";

  const request = new XMLHttpRequest();
  request.open("POST", url);
  request.setRequestHeader("X-Send", "1");
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable && event.total > 200000) {
      said.textContent = `正在上传 ${Math.floor((event.loaded / event.total) * 100)}%`;
    }
  });
  request.addEventListener("error", () => refuse("没有提交成功：网络断了。内容都还在，连上后再点一次。"));
  request.addEventListener("timeout", () => refuse("没有提交成功：等得太久。内容都还在，再点一次。"));
  request.addEventListener("load", () => {
    const next = request.getResponseHeader("X-Next");
    if (next && new URL(next, location.href).pathname === "/login/" && location.pathname !== "/login/") {
      refuse("登录已过期，没有提交。内容都还在：", link("/login/", "在新窗口登录"), "，回来再点一次。");
      return;
    }
    form.dispatchEvent(new CustomEvent("renda:sent", { bubbles: true, detail: { ok: Boolean(next) } }));
    if (next) {
      location.assign(next);
      // The same page with another fragment does not load anew by itself.
      if (new URL(next, location.href).href.split("#")[0] === location.href.split("#")[0]) location.reload();
      return;
    }
    release();
    show(request, refuse);
  });
  request.send(body);
}

function show(request, refuse) {
  const type = request.getResponseHeader("Content-Type") ?? "";
  const disposition = request.getResponseHeader("Content-Disposition") ?? "";
  if (!type.startsWith("text/html") || disposition.startsWith("attachment")) {
    refuse(request.status < 400 ? "已提交。" : "没有提交成功。内容都还在，请稍后再点一次，或打电话问。");
    return;
  }
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  const fresh = page.getElementById("page");
  if (request.status >= 500 || !fresh) {
    refuse(`没有提交成功：服务器出错（${request.status}）。内容都还在，请稍后再点一次，或打电话问。`);
    return;
  }
  if (request.status >= 400 && request.status !== 422 && !fresh.querySelector(".wrongs")) {
    refuse(fresh.querySelector("h1")?.textContent.trim() || "没有提交成功，内容都还在。");
    return;
  }
  // Files chosen before are put back into the form that the server drew anew: a browser keeps them to itself.
  const files = new Map();
  for (const input of document.querySelectorAll("#page input[type=file]")) {
    if (input.files.length) files.set(input.name, input.files);
  }
  document.getElementById("page").replaceWith(fresh);
  for (const input of fresh.querySelectorAll("input[type=file]")) {
    if (files.has(input.name)) input.files = files.get(input.name);
  }
  document.title = page.title;
  document.dispatchEvent(new CustomEvent("renda:drawn", { detail: { root: fresh } }));
  const first = fresh.querySelector(".wrongs") ?? fresh;
  first.focus({ preventScroll: true });
  first.scrollIntoView({ block: "start" });
}

function link(url, label) {
  const made = document.createElement("a");
  made.href = url;
  made.target = "_blank";
  made.textContent = label;
  return made;
}

function note(form) {
  let said = form.querySelector("[data-sent]");
  if (!said) {
    said = document.createElement("span");
    said.className = "saved";
    said.dataset.sent = "";
    said.setAttribute("role", "status");
    (form.querySelector(".form-foot") ?? form).append(said);
  }
  return said;
}
