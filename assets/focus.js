// Who goes on by key on the same page finds the focus where it was: on the link to the next month, on the button of a
// form that was sent. Where that is no longer there, on the page's heading. htmx does so by itself for what it swaps.
const worded = (el) => el.getAttribute("aria-label") || el.name || el.textContent.trim();
const alike = (tag, text) => $$(tag, $("main") || document).filter((el) => el.offsetParent && worded(el) === text);
function keep(el) {
  if (!el?.matches("main :focus-visible")) return;
  const [tag, text] = [el.localName, worded(el)];
  sessionStorage.setItem("focus", JSON.stringify({ page: location.pathname, tag, text, at: alike(tag, text).indexOf(el) }));
}
on("click", "a[href]", keep);
document.addEventListener("submit", (e) => keep(e.target.contains(document.activeElement) ? document.activeElement : e.submitter));
function resume() {
  const kept = JSON.parse(sessionStorage.getItem("focus"));
  sessionStorage.removeItem("focus");
  if (kept?.page !== location.pathname || document.activeElement !== document.body) return;
  const same = alike(kept.tag, kept.text);
  const heading = $("main h1");
  const to = same[Math.min(kept.at, same.length - 1)] || heading;
  if (to === heading) heading?.setAttribute("tabindex", "-1");
  to?.focus({ preventScroll: true });
}
resume();
