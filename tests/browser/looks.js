// What is wrong with how this page looks and speaks, in words; put after eyes.js.
const wrong = [];
const tell = (what, el) => wrong.push(`${what}: ${el.outerHTML.replace(/\s+/g, " ").slice(0, 160)}`);
const all = $$("body *").filter(visible);
const hiddenByClip = (el) => { const s = getComputedStyle(el); return s.clipPath !== "none" && s.position === "absolute" || s.clip !== "auto"; };
const spoken = (el) => tidy(el.getAttribute("aria-label") ?? "") || tidy((el.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent ?? "").join(" "))
  || tidy(el.textContent) || $$("img[alt]", el).map((img) => tidy(img.alt)).join(" ") || tidy(el.title);

// ---- The frame
if (document.documentElement.lang !== "en") wrong.push("the page tells no language");
if (!document.title) wrong.push("the page has no title");
for (const [landmark, at] of [["main", "main"], ["header", "header"], ...(args.nav ? [["nav", "nav"]] : [])]) {
  const there = $$(at).filter((el) => el.checkVisibility() || el.matches("[popover]")).length;
  if (landmark === "main" ? there !== 1 : there < 1) wrong.push(`${there} times ${landmark}`);
}
const headings = $$("h1").filter(visible);
if (headings.length !== 1) wrong.push(`${headings.length} h1: ${headings.map(says).join(" | ")}`);

// ---- Nothing reaches beyond the right edge, but what scrolls by itself
if (document.documentElement.scrollWidth > innerWidth) {
  wrong.push(`the page is ${document.documentElement.scrollWidth} px wide, the window ${innerWidth}`);
  const scrolls = (el) => el && (getComputedStyle(el).overflowX !== "visible" || scrolls(el.parentElement === document.body ? null : el.parentElement));
  for (const el of all) if (el.getBoundingClientRect().right > innerWidth + 1 && !scrolls(el.parentElement)) tell("reaches beyond the edge", el);
}

// ---- Names
for (const el of all) {
  if (el.matches("input:not([type=hidden], [type=submit]), select, textarea") && ![...(el.labels ?? [])].some((l) => tidy(l.textContent)) && !spoken(el)) tell("has no label", el);
  if (el.matches("a[href], button, summary, [role=button], [role=link]") && !spoken(el)) tell("has no name", el);
  if (el.matches("img:not([alt])") || el.matches("svg") && !el.closest("[aria-hidden=true]") && !el.getAttribute("aria-label") && !el.querySelector("title")) tell("is a picture without words", el);
}

// ---- Targets of 24 px, but for links inside of sentences (WCAG 2.5.8)
const inSentence = (el) => getComputedStyle(el).display === "inline" && [...el.parentElement.childNodes].some((n) => n !== el && n.nodeType === 3 && n.textContent.trim());
for (const el of all) {
  if (!el.matches("a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button]") || inSentence(el) || hiddenByClip(el) || el.matches(".skip")) continue;
  // A label that holds it or stands for it is pressed as well.
  const boxes = [el, ...(el.labels ?? [])].map((b) => b.getBoundingClientRect());
  if (!boxes.some((b) => b.width >= 23.5 && b.height >= 23.5)) tell(`is a target of ${boxes.map((b) => `${b.width.toFixed(1)}×${b.height.toFixed(1)}`).join(", ")}`, el);
}

// ---- Contrast of 4.5 to 1 of text on opaque grounds
const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
const known = new Map();
const rgba = (colour) => {
  if (!known.has(colour)) {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    known.set(colour, [...canvas.getImageData(0, 0, 1, 1).data].map((v, i) => (i === 3 ? v / 255 : v)));
  }
  return known.get(colour);
};
const over = (top, under) => top.slice(0, 3).map((v, i) => v * top[3] + under[i] * (1 - top[3])).concat(1);
const ground = (el) => {
  const layers = [];
  for (let at = el; at; at = at.parentElement) {
    const style = getComputedStyle(at);
    if (style.backgroundImage !== "none") return null;
    const colour = rgba(style.backgroundColor);
    layers.push(colour);
    if (colour[3] === 1) return layers.reverse().reduce((under, top) => over(top, under));
  }
  return [rgba("Canvas"), ...layers.reverse()].reduce((under, top) => over(top, under));
};
const light = ([r, g, b]) => [r, g, b].map((v) => ((v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
const told = new Set();
for (const el of all) {
  if (![...el.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()) || el.closest(":disabled, [aria-disabled=true], [aria-hidden=true], .gallery .swatch, .is-leaving") || hiddenByClip(el)) continue;
  if (el.matches("script, noscript, option") || el.closest("select") && !el.matches("select")) continue;
  let opacity = 1;
  for (let at = el; at; at = at.parentElement) opacity *= Number(getComputedStyle(at).opacity);
  const under = ground(el);
  if (!under || opacity === 0) continue;
  const colour = rgba(getComputedStyle(el).color);
  const [a, b] = [light(over([...colour.slice(0, 3), colour[3] * opacity], under)), light(under)].sort((x, y) => y - x);
  const ratio = (a + 0.05) / (b + 0.05);
  if (ratio < 4.495 && !told.has(el.className + ratio)) { told.add(el.className + ratio); tell(`has a contrast of ${ratio.toFixed(2)}`, el); }
}
return wrong;
