/* Unobtrusive behaviour. Every page works without this file; it only saves a click or a page load. */
(() => {
  "use strict";
  const $ = (selector, within = document) => within.querySelector(selector);
  const $$ = (selector, within = document) => [...within.querySelectorAll(selector)];
  const root = document.documentElement;
  const inField = (target) => target.closest("input, select, textarea, [contenteditable]");

  /* Actions named by data-do="verb" or data-do="verb:argument" */
  const actions = {
    dialog: (_el, id) => document.getElementById(id)?.showModal(),
    close: (el) => { const box = el.closest("dialog, .toast, .banner"); box.tagName === "DIALOG" ? box.close() : box.remove(); },
    toggle: (el) => setOpen(el, el.getAttribute("aria-expanded") !== "true"),
    theme: (el) => {
      const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = el.value = dark ? "light" : "dark";
      const form = el.form, body = new URLSearchParams(new FormData(form, el));
      fetch(form.action, { method: "POST", body, redirect: "manual" });
    },
    density: (el, value) => {
      $(el.dataset.target || "#main").dataset.density = value;
      $$("[data-do^=density]", el.parentElement).forEach((b) => b.setAttribute("aria-pressed", b === el));
    },
    clear: () => { $$(".box:checked").forEach((box) => { box.checked = false; mark(box); }); count(); },
    undo: (el) => {
      const form = el.form || el.closest("form");
      $$(".cell-in", form).forEach((cell) => { cell.value = cell.defaultValue; changed(cell); });
    },
    print: () => window.print(),
  };
  document.addEventListener("click", (event) => {
    $$("details.pop[open]").forEach((pop) => pop.contains(event.target) || pop.removeAttribute("open"));
    const el = event.target.closest("[data-do]");
    if (event.target.closest("[aria-disabled=true]")) { event.preventDefault(); return; }
    if (!el) return;
    const [verb, argument] = el.dataset.do.split(":");
    if (!actions[verb] || (verb === "dialog" && !document.getElementById(argument))) return;
    event.preventDefault();
    actions[verb](el, argument);
  });

  /* Tree: a closed row hides every deeper row below it */
  function setOpen(button, open) {
    button.setAttribute("aria-expanded", open);
    const row = button.closest("tr"), level = +row.dataset.lv;
    let closed = null;
    for (let r = row.nextElementSibling; r && +r.dataset.lv > level; r = r.nextElementSibling) {
      const own = +r.dataset.lv;
      if (closed !== null && own <= closed) closed = null;
      r.hidden = !open || closed !== null;
      if (!r.hidden && $(".twist[aria-expanded=false]", r)) closed = own;
    }
  }
  document.addEventListener("keydown", (event) => {
    const row = event.target.closest?.(".tree tbody tr");
    const twist = row && $(".twist[aria-expanded]", row);
    if (!twist || inField(event.target) || !["ArrowRight", "ArrowLeft"].includes(event.key)) return;
    event.preventDefault();
    const open = event.key === "ArrowRight";
    if ((twist.getAttribute("aria-expanded") === "true") !== open) twist.click();
  });

  /* Selected rows and their bar */
  const mark = (box) => box.closest("tr")?.setAttribute("aria-selected", box.checked);
  function count() {
    const bar = $(".bulk"), n = $$("tbody .box:checked").length;
    if (bar) { bar.hidden = n === 0; $("[data-count]", bar).textContent = n; }
  }
  document.addEventListener("change", (event) => {
    const el = event.target;
    if (el.matches(".box[data-all]")) $$("tbody .box", el.closest("table")).forEach((b) => { b.checked = el.checked; mark(b); });
    if (el.matches(".box")) { mark(el); count(); }
    if (el.matches("[data-go]")) location.assign(el.value);
    el.closest("form[data-autosubmit]")?.requestSubmit();
  });

  /* Number cells: arrows move, Enter goes down, Escape restores, a pasted block fills cells */
  const grid = (cell) => $$("tr", cell.closest("table")).map((row) => [row, $$(".cell-in", row)]).filter(([, cells]) => cells.length);
  function place(cell) {
    const rows = grid(cell).map(([, cells]) => cells), y = rows.findIndex((cells) => cells.includes(cell));
    const column = cell.closest("td").cellIndex;
    return { rows, y, x: rows[y].indexOf(cell), at: (dy) => rows[y + dy]?.find((c) => c.closest("td").cellIndex === column) };
  }
  function changed(cell) {
    cell.classList.toggle("changed", cell.value !== cell.defaultValue);
    const form = cell.form, n = form ? $$(".cell-in.changed", form).length : 0, note = form && $("[data-changes]", form);
    if (note) { note.hidden = n === 0; note.textContent = n === 1 ? "1 unsaved change" : `${n} unsaved changes`; }
  }
  document.addEventListener("keydown", (event) => {
    const cell = event.target;
    if (!cell.matches?.(".cell-in")) return;
    if (event.key === "Escape") { cell.value = cell.defaultValue; changed(cell); return; }
    const { rows, y, x, at } = place(cell), all = cell.selectionStart === 0 && cell.selectionEnd === cell.value.length;
    const start = all || cell.selectionEnd === 0, end = all || cell.selectionStart === cell.value.length;
    const next = {
      ArrowUp: () => at(-1), ArrowDown: () => at(1), Enter: () => at(1) || rows[y][x + 1],
      ArrowLeft: () => start && rows[y][x - 1], ArrowRight: () => end && rows[y][x + 1],
    }[event.key]?.();
    if (next || event.key === "Enter") event.preventDefault();
    if (next) { next.focus(); next.select(); }
  });
  document.addEventListener("paste", (event) => {
    const cell = event.target;
    if (!cell.matches?.(".cell-in")) return;
    let lines = event.clipboardData.getData("text").replace(/\r?\n$/, "").split(/\r?\n/).map((line) => line.split("\t"));
    if (lines.length === 1 && lines[0].length === 1) return;
    event.preventDefault();
    const { rows, y } = place(cell);
    if (lines.every((line) => line.length === 1) && y + 1 === rows.length) lines = [lines.flat()];
    const column = cell.closest("td").cellIndex, surplus = [];
    lines.forEach((line, dy) => line.forEach((text, dx) => {
      const target = rows[y + dy]?.find((c) => c.closest("td").cellIndex === column + dx);
      if (target) { target.value = text.trim(); target.dispatchEvent(new Event("input", { bubbles: true })); }
      else if (text.trim()) surplus.push(text.trim());
    }));
    const words = $("#surplus-words")?.textContent.trim();
    if (surplus.length) problem(`${words} ${surplus.slice(0, 12).join("; ")}${surplus.length > 12 ? " …" : ""}`);
  });

  /* A form with typed answers asks before the page goes away */
  const dirty = new Set();
  document.addEventListener("input", (event) => {
    if (event.target.matches(".cell-in")) changed(event.target);
    const form = event.target.closest("form[data-guard]");
    if (form) dirty.add(form);
  });
  document.addEventListener("submit", (event) => dirty.delete(event.target));

  /* A file that is too large is said at once, not after it was sent */
  document.addEventListener("change", (event) => {
    const most = Number(event.target.dataset.mostMb), file = event.target.files?.[0];
    if (!most || !file || file.size <= most * 1048576) return;
    event.target.value = "";
    problem(`${file.name} is larger than ${most} MB. Choose a smaller one, or split it.`);
  });

  /* What can't be brought back asks first */
  document.addEventListener("submit", (event) => {
    const question = event.submitter?.dataset.confirm || event.target.dataset.confirm;
    if (question && !confirm(question)) { event.preventDefault(); event.stopImmediatePropagation(); }
  }, true);

  /* Pressed twice, sent once; after a download the page stays, and the form can be sent again */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if ("sent" in form.dataset) return event.preventDefault();
    form.dataset.sent = "";
    setTimeout(() => delete form.dataset.sent, 3000);
  });
  addEventListener("pageshow", () => $$("form[data-sent]").forEach((form) => delete form.dataset.sent));
  addEventListener("beforeunload", (event) => { if ([...dirty].some((form) => form.isConnected)) event.preventDefault(); });

  /* Signing in elsewhere gives a new token: forms that were opened before send that one */
  const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  document.addEventListener("submit", (event) => {
    const field = event.target.elements.csrfmiddlewaretoken;
    if (field && token()) field.value = token();
  });
  document.addEventListener("htmx:configRequest", (event) => { if (token()) event.detail.headers["X-CSRFToken"] = token(); });

  /* Toasts leave after six seconds unless someone reads them */
  function startToasts(within) {
    $$(".toast:not([data-started])", within).forEach((toast) => {
      toast.dataset.started = "";
      let timer;
      const stop = () => clearTimeout(timer), start = () => { stop(); timer = setTimeout(() => toast.remove(), 6000); };
      toast.addEventListener("pointerenter", stop); toast.addEventListener("focusin", stop);
      toast.addEventListener("pointerleave", start); toast.addEventListener("focusout", start);
      start();
    });
  }

  /* htmx: say that something loads, and never lose an error */
  document.addEventListener("htmx:beforeRequest", (event) => event.detail.target?.setAttribute("aria-busy", "true"));
  document.addEventListener("htmx:afterRequest", (event) => event.detail.target?.removeAttribute("aria-busy"));
  document.addEventListener("htmx:afterSwap", (event) => { startToasts(document); $("[data-focus]", event.target)?.focus(); count(); });
  document.addEventListener("htmx:afterSwap", (event) => {
    const tab = event.detail.requestConfig?.elt.closest(".tabs a");
    if (!tab) return;
    $$("[aria-current]", tab.parentElement).forEach((other) => other.removeAttribute("aria-current"));
    tab.setAttribute("aria-current", "page");
  });
  document.addEventListener("htmx:responseError", (event) => {
    const page = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
    problem($("[data-reason]", page)?.textContent.trim(), $("[data-way]", page));
  });
  document.addEventListener("htmx:sendError", () => problem("The server did not answer. What you typed is still here."));
  function problem(sentence, way) {
    const place = $("#problems"), template = $("#problem-template");
    if (!place || !template) return;
    const banner = template.content.cloneNode(true);
    if (sentence) $("[data-sentence]", banner).textContent = sentence;
    if (way) Object.assign($("[data-way]", banner), { hidden: false, textContent: way.textContent, href: way.getAttribute("href") });
    place.replaceChildren(banner);
    place.firstElementChild.focus();
  }

  /* Keys: / search, ? list of keys, g then a letter to go, j and k in lists, x selects */
  let went = 0;
  const stops = () => $$("main .item[href], main .tbl tbody .nm[href]").filter((el) => el.offsetParent);
  function step(by) {
    const all = stops(), here = all.findIndex((el) => el === document.activeElement || el.closest("tr")?.contains(document.activeElement));
    all[Math.min(all.length - 1, Math.max(0, here + by))]?.focus();
  }
  const keys = {
    "?": () => document.getElementById("keys")?.showModal(),
    "/": () => $(".search input")?.focus(),
    g: () => { went = Date.now(); },
    j: () => step(1),
    k: () => step(-1),
    x: () => $(".box", document.activeElement.closest("tr") || document.createElement("i"))?.click(),
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") $$("details.pop[open]").forEach((pop) => { pop.removeAttribute("open"); $("summary", pop).focus(); });
    if (event.metaKey || event.ctrlKey || event.altKey || inField(event.target) || document.body.dataset.keys === "off" || $("dialog[open]")) return;
    const link = Date.now() - went < 900 && $(`.side [data-key="${CSS.escape(event.key)}"]`);
    if (link) { went = 0; location.assign(link.href); return; }
    if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
  });

  startToasts(document);
  count();
  $("[data-focus]")?.focus();
})();
