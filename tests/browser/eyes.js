const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const tidy = (text) => (text ?? "").replace(/\s+/g, " ").trim();
const says = (el) => el && tidy(el.innerText);
const seen = () => tidy(document.body.innerText);
const visible = (el) => el.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && el.getClientRects().length > 0;
// What a label says, without the mark for what must be or may be filled in.
const words = (label) => tidy(label.innerText).replace(/ ?(\*|optional)$/, "");
const field = (name) =>
  $$("input:not([type=hidden]), select, textarea").find((el) =>
    visible(el) && ([...(el.labels ?? [])].some((l) => words(l) === name || tidy(l.textContent) === name) || el.getAttribute("aria-label") === name));
const called = (el) => tidy(el.getAttribute("aria-label") ?? el.innerText);
const pressable = (part, name) =>
  $$(part).flatMap((root) => $$("a[href], button, summary, [role=button]", root)).find((el) => visible(el) && !el.disabled && called(el) === name);
