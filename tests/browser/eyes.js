const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const tidy = (text) => (text ?? "").replace(/\s+/g, " ").trim();
const says = (el) => el && tidy(el.innerText);
const seen = () => tidy(document.body.innerText);
const visible = (el) => el.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && el.getClientRects().length > 0;
// What an element is called: its own words, without what is for the eye alone.
const called = (el) => {
  if (el.hasAttribute("aria-label")) return tidy(el.getAttribute("aria-label"));
  const copy = el.cloneNode(true);
  for (const part of $$("[aria-hidden=true], select, input, textarea, kbd, .field-required, .field-optional", copy)) part.remove();
  return tidy(copy.textContent);
};
const field = (name) =>
  $$("input:not([type=hidden]), select, textarea").find((el) =>
    visible(el) && ([...(el.labels ?? [])].some((label) => called(label) === name) || el.getAttribute("aria-label") === name));
const pressable = (part, name) =>
  $$(part).flatMap((root) => $$("a[href], button, summary, [role=button]", root)).find((el) => visible(el) && !el.disabled && called(el) === name);
