// What HTML can't do by itself. Everything works without this file, only slower: it adds the
// shortcuts, the palette, the bulk bar's count, busy buttons, and a guard for unsaved answers.
// No framework, no inline code, listeners on the document so that swapped parts need no set-up.
"use strict";

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const on = (event, selector, act) =>
  document.addEventListener(event, (e) => {
    const found = e.target.closest?.(selector);
    if (found) act(found, e);
  });
const typing = (el) => el.matches?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

// ---- Dialogs and menus: the browser does them; this helps those that don't know the words yet.
const knowsCommands = "commandForElement" in HTMLButtonElement.prototype;
on("click", "[commandfor]", (button) => {
  if (!knowsCommands) $("#" + CSS.escape(button.getAttribute("commandfor")))?.showModal();
});
if (!("closedBy" in HTMLDialogElement.prototype)) {
  document.addEventListener("click", (e) => {
    if (!e.target.matches("dialog[closedby=any]")) return;
    const box = e.target.getBoundingClientRect();
    const inside = e.clientX >= box.left && e.clientX <= box.right && e.clientY >= box.top && e.clientY <= box.bottom;
    if (!inside) e.target.close();
  });
}
document.addEventListener("toggle", (e) => {
  const menu = e.target;
  if (!menu.matches?.("[data-menu], .menu") || e.newState !== "open") return;
  if (!CSS.supports("position-area", "block-end")) place(menu);
  // Only who came by key is taken into the menu; a pointer needs no ring.
  const opener = $(`[popovertarget="${menu.id}"]`);
  if (opener?.matches(":focus-visible")) $("a[href], button, input:not([type=hidden])", menu)?.focus();
}, true);
function place(menu) {
  const button = $(`[popovertarget="${menu.id}"]`)?.getBoundingClientRect();
  if (!button) return;
  const left = menu.classList.contains("menu-end") ? button.right - menu.offsetWidth : button.left;
  menu.style.margin = "0";
  menu.style.insetBlockStart = button.bottom + 4 + "px";
  menu.style.insetInlineStart = Math.max(8, Math.min(left, innerWidth - menu.offsetWidth - 8)) + "px";
}
on("keydown", ".menu, .palette", (box, e) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
  if (!step) return;
  const items = $$("a[href], button, input", box).filter((item) => item.offsetParent && item.type !== "hidden");
  const at = items.indexOf(document.activeElement);
  if (!items.length) return;
  e.preventDefault();
  items[(at + step + items.length) % items.length].focus();
});

// ---- What was looked for is where the eye is
$("#found, [data-here]")?.scrollIntoView({ block: $("#found") ? "center" : "nearest", inline: "center" });

// ---- Printing
on("click", "[data-print]", () => print());

// ---- A chart wider than its place begins where it is topped, or at whoever was looked for
for (const chart of $$(".org-chart")) {
  const found = $("#found", chart);
  if (found) found.scrollIntoView({ block: "nearest", inline: "center" });
  else chart.scrollLeft = (chart.scrollWidth - chart.clientWidth) / 2;
}

// ---- Copying what is shown once
for (const button of $$("[data-copy]")) button.hidden = !navigator.clipboard;
on("click", "[data-copy]", async (button) => {
  await navigator.clipboard.writeText($(button.dataset.copy).textContent.trim());
  button.textContent = "Copied";
});

// ---- Places for fields: a chip goes where the cursor was in a text that may have them
let text = null;
on("focusin", "[data-merge]", (field) => { text = field; });
on("click", "[data-insert]", (chip) => {
  const field = text?.isConnected ? text : $("textarea[data-merge], [data-merge]", chip.form ?? document);
  if (!field) return;
  field.setRangeText(chip.dataset.insert, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  field.focus();
});

// ---- Settings: on a narrow screen the subjects are a row, and the current one may be beyond its end.
$(".settings-nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

// ---- Palette
function openPalette() {
  const palette = $("#palette");
  if (!palette || palette.open) return;
  palette.showModal();
  $("#palette-q").select();
}
on("click", "[data-palette]", (link, e) => {
  if (e.ctrlKey || e.metaKey || e.shiftKey || !$("#palette")) return;
  e.preventDefault();
  openPalette();
});
// The pages narrow as one types; the server adds what it finds above them.
on("input", "#palette-q", (input) => {
  const words = input.value.trim().toLowerCase();
  if (!words) $("#palette-results").replaceChildren();
  for (const item of $$("[data-palette-list] .menu-item")) item.hidden = !item.textContent.toLowerCase().includes(words);
  for (const head of $$("[data-palette-list] .menu-head")) {
    let next = head.nextElementSibling;
    while (next?.hidden && next.matches(".menu-item")) next = next.nextElementSibling;
    head.hidden = !next?.matches(".menu-item");
  }
});
// Esc closes, as the key beside the field says, where a search field would empty itself first. Enter opens what
// stands on top, once the server has answered to what was typed; if it doesn't, the search page has to.
let opening = false;
on("keydown", "#palette-q", (input, e) => {
  if (e.key === "Escape") $("#palette").close();
  else if (e.key === "Enter" && !e.isComposing && input.value.trim()) opening = !openTop(input);
  else return;
  e.preventDefault();
});
on("input", "#palette-q", () => { opening = false; });
function openTop(input) {
  if ($("#palette-results [data-answer]")?.dataset.answer !== input.value.trim()) return false;
  const top = $$("#palette .menu-item").find((item) => item.offsetParent);
  if (top) top.click(); else input.form.requestSubmit();
  return true;
}
document.addEventListener("htmx:finally:request", (e) => {
  if (!opening || !e.target.matches?.("#palette-q")) return;
  opening = false;
  if (!openTop(e.target)) e.target.form.requestSubmit();
});
if (/Mac|iP(hone|ad)/.test(navigator.platform)) {
  for (const key of $$("kbd")) if (key.textContent === "Ctrl K") key.textContent = "⌘ K";
}

// ---- Shortcuts, never in a field
let waiting = 0;
document.addEventListener("keydown", (e) => {
  if ((e.ctrlKey || e.metaKey) && !e.shiftKey && !e.altKey && e.key.toLowerCase() === "k") {
    if ($("#palette")) e.preventDefault();
    return openPalette();
  }
  if (e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented) return;
  if (typing(e.target) || $("dialog[open], :popover-open")) return;
  const going = Date.now() - waiting < 1500;
  waiting = 0;
  if (going) {
    const link = $(`.sidebar [data-go="${CSS.escape(e.key)}"]`);
    if (link) { e.preventDefault(); link.click(); }
    return;
  }
  const act = {
    "/": () => { const field = $("[data-search]"); if (field) field.select(); else openPalette(); },
    "?": () => $("#shortcuts")?.showModal(),
    g: () => { waiting = Date.now(); },
    c: () => {
      const opener = $('[data-key="c"]') || $("[data-create]");
      opener?.click();
      const menu = document.getElementById(opener?.getAttribute("popovertarget"));
      if (menu) $("a, button", menu)?.focus();
    },
    // On a row that can be changed, its form; else the page's own.
    e: () => { const row = $(".is-cursor[data-edit]"); if (row) location.assign(row.dataset.edit); else $('[data-key="e"]')?.click(); },
    ArrowLeft: () => { const back = $('[data-key="ArrowLeft"]'); if (back) back.click(); else return false; },
    ArrowRight: () => { const on = $('[data-key="ArrowRight"]'); if (on) on.click(); else return false; },
    j: () => move(1),
    k: () => move(-1),
    ArrowDown: () => inRow() && move(1),
    ArrowUp: () => inRow() && move(-1),
    x: () => $(".is-cursor .check")?.click(),
    // Up to here, from the last that was ticked.
    X: () => $(".is-cursor .check")?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, shiftKey: true })),
    // What a row of one's day does: done, put off until tomorrow, until next week.
    d: () => press("d"),
    s: () => press("s"),
    w: () => press("w"),
    F2: () => { const pencil = document.activeElement.closest(".cell-edit") || $(".is-cursor .cell-edit"); if (pencil) pencil.click(); else return false; },
    Enter: () => { if (document.activeElement === document.body || document.activeElement.matches(".table-scroll, main")) $(".is-cursor a[href]")?.click(); else return false; },
  }[e.key];
  // What a page has of its own: reply, note, assign, solve.
  const own = () => { const found = /^[a-z]$/.test(e.key) && $(`[data-key="${e.key}"]`); if (found) found.click(); else return false; };
  if ((act ?? own)() !== false) e.preventDefault();
});
// Where something is written is written at once, and sent with Ctrl and Enter.
document.addEventListener("toggle", (e) => {
  const box = e.target;
  if (box.matches?.("[data-composer]") && box.open && box.contains(document.activeElement)) $("textarea", box)?.focus();
}, true);
on("click", "[data-composer] > summary", (summary, e) => {
  // By key, one that is open already is written into, not shut.
  if (e.detail || !summary.parentElement.open) return;
  e.preventDefault();
  $("textarea", summary.parentElement)?.focus();
});
on("keydown", "[data-send] textarea", (field, e) => {
  if (e.key !== "Enter" || !(e.ctrlKey || e.metaKey) || e.isComposing) return;
  e.preventDefault();
  field.form.requestSubmit($("[type=submit]", field.form));
});
// The row that the keys are about is the one with the focus: on its link, which Enter opens by itself.
const ROW = "[data-rows] tbody tr, [data-rows] > [data-row]";
const inRow = () => Boolean(document.activeElement.closest(ROW));
function move(step) {
  const rows = $$(ROW);
  if (!rows.length) return false;
  const at = rows.findIndex((row) => row.matches(".is-cursor"));
  const next = rows[Math.max(0, Math.min(rows.length - 1, at + step))];
  point(next);
  ($("th a[href]", next) || $("a[href], .check", next))?.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}
function press(key) {
  const button = $(`.is-cursor [data-row-key="${key}"]`);
  if (button) button.click(); else return false;
}
function point(row) {
  for (const other of $$(".is-cursor")) other.classList.toggle("is-cursor", other === row);
  row.classList.add("is-cursor");
}
on("focusin", ROW, point);

// ---- A cell that is changed where it stands: Escape leaves it as it was
on("keydown", ".cell-form", (form, e) => {
  if (e.key !== "Escape" || e.isComposing) return;
  e.preventDefault();
  e.stopPropagation();
  $("[data-cell-cancel]", form).click();
});

// ---- Selection and the bulk bar
// A field named "id" hides the form's own id, so it is asked for as an attribute.
const idOf = (form) => CSS.escape(form.getAttribute("id"));
function count(form) {
  const boxes = $$(`tbody .check[form="${idOf(form)}"]`);
  const ticked = boxes.filter((box) => box.checked).length;
  const output = $("[data-bulk-count]", form);
  if (output && output.value !== String(ticked)) output.value = ticked;
  const all = $(`[data-select-all="${idOf(form)}"]`);
  if (all) { all.checked = ticked > 0 && ticked === boxes.length; all.indeterminate = ticked > 0 && ticked < boxes.length; }
  // More than the page is offered to who has the whole page.
  const more = $("[data-bulk-all]", form);
  if (!more || more.hidden === !all?.checked) return;
  more.hidden = !all?.checked;
  if (more.hidden) more.replaceChildren();
  else more.dispatchEvent(new CustomEvent("all-ticked"));
}
const counts = () => $$("[data-bulk]").forEach(count);
let last = null;
on("click", "tbody .check[form]", (box, e) => {
  // Shift takes the rows between along.
  const boxes = $$(`tbody .check[form="${CSS.escape(box.getAttribute("form"))}"]`);
  if (e.shiftKey && boxes.includes(last)) {
    const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
    for (const between of boxes.slice(from, to + 1)) between.checked = box.checked;
  }
  last = box;
  counts();
});
on("change", "[data-select-all]", (all) => {
  for (const box of $$(`tbody .check[form="${CSS.escape(all.dataset.selectAll)}"]`)) box.checked = all.checked;
  counts();
});
document.addEventListener("reset", () => setTimeout(counts));
function untick(form) {
  const boxes = $$(`.check[form="${idOf(form)}"]:checked`);
  for (const box of boxes) box.checked = false;
  counts();
  return boxes.length > 0;
}
on("click", "[data-bulk-clear]", (button, e) => {
  // Rows that came ticked would come back ticked.
  e.preventDefault();
  untick(button.form);
});

// ---- Forms: one click is enough; unsaved answers aren't lost by accident
let leaving = false;
const dirty = new WeakSet();
document.addEventListener("input", (e) => { if (e.target.form?.matches("[data-guard]")) dirty.add(e.target.form); });
addEventListener("beforeunload", (e) => {
  if (!leaving && $$("form[data-guard]").some((form) => dirty.has(form) || form.querySelector("[aria-invalid=true], .conflict"))) e.preventDefault();
});
document.addEventListener("submit", (e) => {
  const form = e.target;
  const method = e.submitter?.getAttribute("formmethod") || form.getAttribute("method");
  if (method === "dialog" || e.defaultPrevented && !form.matches("[hx-post], [hx-put], [hx-patch], [hx-delete]")) return;
  if (form.matches("[data-guard]")) leaving = true;
  const button = e.submitter;
  // A form that only asks may be sent again; one that downloads stays on its page.
  if (!button || method !== "post" || form.matches("[data-download]")) return;
  // After the browser has read the button's name and value into the request.
  setTimeout(() => { button.dataset.sent = ""; button.setAttribute("aria-busy", "true"); button.disabled = true; });
});
function idle(root = document) {
  for (const button of $$("[data-sent]", root)) { delete button.dataset.sent; button.removeAttribute("aria-busy"); button.disabled = false; }
}
addEventListener("pageshow", () => { leaving = false; idle(); counts(); });
document.addEventListener("htmx:finally:request", (e) => { leaving = false; idle(e.target.closest?.("form") || document); });

on("click", "[data-reveal]", (button) => {
  const field = document.getElementById(button.dataset.reveal);
  const shown = field.type === "text";
  field.type = shown ? "password" : "text";
  button.setAttribute("aria-pressed", String(!shown));
  button.setAttribute("aria-label", shown ? "Show password" : "Hide password");
});

// The workspace's address follows its name until it is edited by hand.
const SPELT = { ä: "ae", ö: "oe", ø: "oe", ü: "ue", ß: "ss" };
on("input", "[data-slug-from]", suggest);
function suggest(name) {
  const slug = $("[data-slug]", name.form);
  if (!slug || slug.dataset.own) return;
  // By the rule of the server, which makes one if none is given.
  slug.value = name.value.toLowerCase().replace(/['’.]/g, "").replace(/[äöøüß]/g, (letter) => SPELT[letter])
    .normalize("NFKD").replace(/[\u0300-\u036f]/g, "").replace(/[^a-z0-9]+/g, "-").slice(0, 40).replace(/^-+|-+$/g, "");
  // Lets a live check of the address run, without counting as an edit by hand.
  slug.dispatchEvent(new CustomEvent("input", { bubbles: true, detail: "suggested" }));
}
on("input", "[data-slug]", (slug, e) => { if (e.detail !== "suggested") slug.dataset.own = "true"; });
// Emptied and left for another field, it follows again.
on("focusin", "form:has([data-slug]) input", (field) => {
  const [slug, name] = [$("[data-slug]", field.form), $("[data-slug-from]", field.form)];
  if (field === slug || slug.value || !name.value) return;
  delete slug.dataset.own;
  suggest(name);
});

// Choices that change what a button elsewhere would do: they are sent at once, and it waits.
on("change", "[data-recheck] select", (select) => {
  const button = $(select.form.dataset.recheck);
  if (button) button.disabled = true;
  select.form.requestSubmit();
});

// Where the workspace is, as far as the browser knows.
for (const zone of $$("[data-zone]")) zone.value ||= Intl.DateTimeFormat().resolvedOptions().timeZone;

// ---- A list's address is its state. Only its results are swapped, so what stands around them
// (fields, tabs, the export link) is made to follow the address.
const asked = () => {
  const query = new URLSearchParams(location.search);
  for (const place of ["after", "before"]) query.delete(place);
  return query;
};
document.addEventListener("htmx:config:request", (e) => {
  const form = e.target;
  if (!form.matches?.("[data-filter]")) return;
  const body = e.detail.ctx.request.body;
  // What a link has set meanwhile (a sort, a saved view) stays; what is empty isn't sent.
  const own = new Set([...form.elements].filter((field) => field.type !== "hidden").map((field) => field.name));
  const query = asked();
  for (const field of form.elements) if (field.type === "hidden") body.delete(field.name);
  for (const [name, value] of query) if (!own.has(name)) body.append(name, value);
  for (const name of new Set(body.keys())) if (body.getAll(name).every((value) => value === "")) body.delete(name);
});
document.addEventListener("htmx:after:history:update", () => {
  const query = asked();
  for (const field of $$("[data-filter] :is(input, select)[name]")) {
    if (field.type === "checkbox") field.checked = query.getAll(field.name).includes(field.value);
    else if (field !== document.activeElement) field.value = query.get(field.name) ?? "";
  }
  for (const link of $$(".filter-after a[href]")) link.search = query;
  for (const back of $$(".column-form [name=back]")) back.value = location.pathname + (query.size ? "?" + query : "");
  // A tab keeps the keys in which tabs differ, and takes over the rest.
  const tabs = $$(".list-page > .tabs a:not([data-fixed])");
  const each = tabs.map((tab) => new URL(tab.href).searchParams);
  const keys = new Set(each.flatMap((params) => [...params.keys()]));
  const theirs = [...keys].filter((key) => new Set(each.map((params) => params.getAll(key).join("\n"))).size > 1);
  tabs.forEach((tab, i) => {
    const to = new URLSearchParams(query);
    for (const key of theirs) {
      to.delete(key);
      for (const value of each[i].getAll(key)) to.append(key, value);
    }
    tab.search = to;
  });
});

// ---- Files: dropping works by itself, since the input lies over the whole; this says what came
for (const type of ["dragover", "dragleave", "drop"]) {
  on(type, "[data-drop]", (drop) => drop.classList.toggle("is-over", type === "dragover"));
}
on("change", "[data-drop] input", (input) => {
  const names = [...input.files].map((f) => `${f.name} · ${f.size < 1e6 ? Math.ceil(f.size / 1e3) + " kB" : (f.size / 1e6).toFixed(1) + " MB"}`);
  if (names.length) $("[data-names]", input.closest("[data-drop]")).textContent = names.join(", ");
});

// ---- A file on its way: shown how far it is, and what is wrong comes back without the page around it. Without this the
// form is sent as any other.
on("submit", "form[data-upload]", (form, e) => {
  const [file, bar, said] = [$("input[type=file]", form).files[0], $("[data-upload-progress]", form), $("[data-upload-said]", form)];
  const say = (words) => { said.textContent = words; said.hidden = !words; };
  const most = Number(form.dataset.upload);
  if (file?.size > most) {
    // The server would say so as well, once all of it has gone there.
    e.preventDefault();
    // Behind what makes the button busy.
    setTimeout(() => idle(form));
    return say(`This file is larger than ${Math.round(most / 1048576)} MB. Choose a smaller one, or send the parts of it.`);
  }
  if (!file || e.defaultPrevented) return;
  e.preventDefault();
  say("");
  const sending = new XMLHttpRequest();
  sending.open("POST", form.action);
  sending.setRequestHeader("HX-Request", "true");
  sending.setRequestHeader("HX-Target", "form#" + form.id);
  const over = (words) => { bar.hidden = true; idle(form); say(words); };
  sending.upload.addEventListener("progress", (p) => { bar.hidden = false; bar.value = p.total ? (100 * p.loaded) / p.total : 0; });
  sending.addEventListener("error", () => over("The file did not arrive: the connection broke off. Send it again."));
  sending.addEventListener("load", () => {
    const there = sending.getResponseHeader("HX-Redirect");
    if (there) return location.assign(there);
    const again = new DOMParser().parseFromString(sending.responseText, "text/html").getElementById(form.id);
    if (!again) return over("That did not work. Load the page again, and repeat what you did.");
    form.replaceWith(again);
    $("[data-focus], [aria-invalid=true]", again)?.focus();
  });
  const body = new FormData(form);
  // Fields stand before the file, as the server reads them.
  const files = body.getAll("file");
  body.delete("file");
  for (const one of files) body.append("file", one);
  sending.send(body);
});

// ---- Naming somebody: an @ and letters behind it ask who is meant; what is chosen is written as a name
let naming = 0;
const named = (field) => field.value.slice(0, field.selectionStart).match(/(?:^|[^\p{L}\p{N}._+-])@([\p{L}\p{N}][\p{L}\p{N}.@'’_ -]{0,40})$/u);
const people = (field) => $("[data-mention-list]", field.closest(".mention-field"));
function unname(list) { list.hidden = true; list.replaceChildren(); }
on("input", "[data-mentions]", (field) => {
  clearTimeout(naming);
  const list = people(field);
  const word = named(field)?.[1];
  if (!word || word.trim().split(/\s+/).length > 3) return unname(list);
  naming = setTimeout(async () => {
    const headers = { "HX-Request": "true", "HX-Target": "div#mentions" };
    const answer = await fetch(field.dataset.mentions + "?q=" + encodeURIComponent(word), { headers }).catch(() => null);
    // What was asked for may not be what stands there by now.
    if (!answer?.ok || named(field)?.[1] !== word) return;
    const found = new DOMParser().parseFromString(await answer.text(), "text/html").querySelectorAll("[data-mention]");
    list.replaceChildren(...found);
    list.hidden = !found.length;
    found[0]?.classList.add("is-current");
  }, 150);
});
function name(field, item) {
  const at = field.selectionStart - named(field)[1].length;
  field.setRangeText(item.dataset.mention + " ", at, field.selectionStart, "end");
  unname(people(field));
  field.focus();
}
on("keydown", "[data-mentions]", (field, e) => {
  const items = $$("[data-mention]", people(field));
  const at = items.findIndex((item) => item.matches(".is-current"));
  const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
  if (!items.length || e.isComposing) return;
  if (step) {
    items[at]?.classList.remove("is-current");
    items[(at + step + items.length) % items.length].classList.add("is-current");
  } else if (e.key === "Enter" || e.key === "Tab") name(field, items[Math.max(at, 0)]);
  else if (e.key === "Escape") unname(people(field));
  else return;
  e.preventDefault();
});
on("click", "[data-mention]", (item) => name($("[data-mentions]", item.closest(".mention-field")), item));

// ---- Toasts go by themselves, but not while one looks at them
function put(toast) {
  toast.classList.add("is-leaving");
  setTimeout(() => toast.remove(), 160);
}
on("click", "[data-toast-close]", (button) => put(button.closest(".toast")));
setInterval(() => {
  const held = $(".toasts:is(:hover, :focus-within)") || document.hidden;
  for (const toast of $$(".toast[data-toast]:not(.is-leaving)")) {
    if (!held && (toast.dataset.toast -= 1) <= 0) put(toast);
  }
}, 1000);
document.addEventListener("keydown", (e) => {
  if (e.key !== "Escape" || $("dialog[open], :popover-open")) return;
  if (e.target.matches?.("[data-search]")) return e.target.blur();
  if (typing(e.target)) return;
  // What is ticked first, then what is told.
  if (!$$("[data-bulk]").filter(untick).length) $$(".toast").forEach(put);
});

// ---- The bell: told live while the page is looked at, by one stream a window. When the server ends it for good, or
// answers with nothing, the count is as the next page has it.
const bell = $("[data-bell]");
let stream = null;
function ring({ unread, live }) {
  const words = unread > 99 ? "99+" : String(unread);
  const count = $("[data-bell-count]", bell);
  const more = unread > 0 && count.textContent !== words && (count.hidden || Number.parseInt(words) > Number.parseInt(count.textContent));
  const changed = count.textContent !== words || count.hidden !== (unread === 0);
  count.textContent = words;
  count.hidden = unread === 0;
  bell.setAttribute("aria-label", unread ? `Notifications, ${words} unread` : "Notifications");
  if (live !== undefined) bell.title = live ? "" : "News may come a little late";
  if (more) $("[data-bell-said]").textContent = `${words} unread notifications`;
  // What was read elsewhere is not unread in a panel that stands open.
  if ($("#notices:popover-open") && (more || changed && live !== undefined)) $("[data-bell-panel]").dispatchEvent(new CustomEvent("opened"));
}
function listen() {
  stream?.close();
  stream = null;
  if (!bell || document.hidden) return;
  stream = new EventSource(bell.dataset.bell);
  stream.addEventListener("bell", (e) => ring(JSON.parse(e.data)));
  stream.addEventListener("over", () => stream?.close());
}
document.addEventListener("visibilitychange", listen);
addEventListener("pageshow", listen);
addEventListener("pagehide", () => stream?.close());
document.addEventListener("toggle", (e) => {
  if (e.target.id === "notices" && e.newState === "open") $("[data-bell-panel]").dispatchEvent(new CustomEvent("opened"));
}, true);

// ---- Who else has this ticket open, or writes in it
const presence = $("[data-presence]");
let beside = null;
function meet() {
  beside?.close();
  beside = null;
  if (!presence || document.hidden) return;
  beside = new EventSource(presence.dataset.presence);
  beside.addEventListener("presence", (e) => { presence.textContent = JSON.parse(e.data).words; });
  beside.addEventListener("over", () => beside?.close());
}
document.addEventListener("visibilitychange", meet);
addEventListener("pageshow", meet);
addEventListener("pagehide", () => beside?.close());

// ---- A task that is ticked goes: the next one takes its place, under the eye and for the keyboard
let ticked = -1;
document.addEventListener("focusin", () => { ticked = -1; });
on("submit", ".task-tick", (form) => { ticked = $$(".task-tick .tick").indexOf($(".tick", form)); });

// ---- Tabs that have no room: the open one is in view, and a fade says that there are more
function edges(tabs) {
  const more = [tabs.scrollLeft > 1 && "start", tabs.scrollLeft + tabs.clientWidth < tabs.scrollWidth - 1 && "end"];
  tabs.dataset.more = more.filter(Boolean).join(" ");
}
function tabbed(root) {
  for (const tabs of $$(".tabs", root)) {
    const open = $("[aria-current]", tabs);
    if (open) tabs.scrollLeft = open.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - open.offsetWidth) / 2;
    edges(tabs);
  }
}
document.addEventListener("scroll", (e) => { if (e.target.matches?.(".tabs")) edges(e.target); }, true);
addEventListener("resize", () => $$(".tabs").forEach(edges));

// ---- What was swapped in, and the page at first
function settle(root) {
  tabbed(root);
  if (ticked >= 0 && document.activeElement === document.body) {
    const ticks = $$(".task-tick .tick");
    (ticks[Math.min(ticked, ticks.length - 1)] || $("#quick-task"))?.focus({ preventScroll: true });
    ticked = -1;
  }
  const told = root.matches?.("[data-unread]") ? root : $("[data-unread]", root);
  if (told && bell) ring({ unread: Number(told.dataset.unread) });
  for (const button of $$("[data-reveal][hidden]", root)) button.hidden = false;
  for (const dialog of $$("dialog[data-open]:not([open])", root)) dialog.showModal();
  const asks = $("[data-focus]:not(.gallery *)", root);
  asks?.focus({ preventScroll: false });
  if (asks?.matches(".cell-form input")) asks.select();
  counts();
}
document.addEventListener("htmx:after:process", (e) => settle(e.target));
settle(document);

// ---- A field whose choice goes into a longer list: who takes part in a meeting. Without this file it adds one when it is sent.
const adds = (input) => {
  const list = input.form?.elements[input.dataset.addsTo];
  const words = input.value.trim();
  if (!list || !words) return;
  list.value = list.value.trim() ? `${list.value.trim()}\n${words}` : words;
  list.dispatchEvent(new Event("input", { bubbles: true }));
  input.value = "";
};
on("change", "[data-adds-to]", adds);
on("keydown", "[data-adds-to]", (input, e) => {
  if (e.key !== "Enter" || !input.value.trim()) return;
  e.preventDefault();
  adds(input);
});
