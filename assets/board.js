// ---- The board: cards are dragged, or carried by keys; the server says where each is in the end. Without this file each
// card has a page that moves it.
const theBoard = () => $("[data-board]");
const laneOf = (card) => card.closest("[data-lane]");
const mayMove = () => theBoard()?.hasAttribute("data-may-move");
const saidOnBoard = (words) => { const said = $("[data-board-said]"); if (said) said.textContent = words; };
// What is under way: a card with where it was taken from, dragged or carried; moves that wait for their answer.
let taken = null;
let asking = 0;
let changedMeanwhile = false;

const home = (card) => ({ cards: card.parentElement, next: card.nextElementSibling, lane: laneOf(card) });
function goHome({ card, from }) {
  from.cards.insertBefore(card, from.next?.parentElement === from.cards ? from.next : $(".lane-more", from.cards));
}
// In its place among the others: what closes next comes first, and of what is closed, what was last.
function seat(card, lane) {
  const cards = $("[data-cards]", lane);
  const [key, down] = [card.dataset.sort, lane.dataset.state !== "open"];
  const later = (other) => (down ? other.dataset.sort < key : other.dataset.sort > key);
  const next = $$("[data-deal]", cards).find((other) => other !== card && later(other));
  cards.insertBefore(card, next ?? $(".lane-more", cards));
}
function toasts(root) {
  for (const toast of $$("[data-toasts] > *", root)) $("#toasts").append(toast);
}
function heads(root) {
  for (const head of $$("[data-head]", root)) document.getElementById(head.id)?.replaceWith(document.adoptNode(head));
}
function failed(words) {
  const toast = document.createElement("div");
  toast.className = "toast is-bad";
  toast.setAttribute("role", "alert");
  const text = document.createElement("p");
  text.className = "toast-text";
  text.textContent = words;
  toast.append(text);
  toast.dataset.toast = "12";
  $("#toasts").append(toast);
}
const askFor = (url, target, more = {}) =>
  fetch(url, { ...more, headers: { "HX-Request": "true", "HX-Target": `div#${target}`, ...more.headers } });
const page = (text) => new DOMParser().parseFromString(text, "text/html");

async function drop(card, lane, from) {
  card.classList.remove("is-carried", "is-dragged");
  if (!lane || lane === from.lane) return goHome({ card, from });
  seat(card, lane);
  card.classList.add("is-moving");
  asking += 1;
  const body = new URLSearchParams({
    _csrf: theBoard().dataset.csrf, _version: card.dataset.version, stage: lane.dataset.lane, back: theBoard().dataset.url,
  });
  try {
    const response = await askFor(card.dataset.move, "board-answer", { method: "POST", body });
    const answer = page(await response.text());
    const [moved, asks] = [$("[data-moved]", answer), $("[data-asks]", answer)];
    if (moved) arrived(card, moved);
    else {
      goHome({ card, from });
      if (asks) ask(asks);
      else if (response.status === 401) location.reload();
      else if (response.status === 404) card.remove(), failed("This card is there no more.");
      else failed("The card could not be moved. Try again in a moment.");
    }
  } catch {
    goHome({ card, from });
    failed("The server cannot be reached, so the card was not moved.");
  }
  card.classList.remove("is-moving");
  asking -= 1;
  catchUp();
}
function arrived(card, moved) {
  const held = document.activeElement === card;
  heads(moved);
  const told = $("[data-deal]", moved);
  const lane = told && $(`[data-lane="${told.parentElement.dataset.lane}"]`, theBoard());
  if (lane) {
    const fresh = document.adoptNode(told);
    card.replaceWith(fresh);
    seat(fresh, lane);
    if (held) fresh.focus({ preventScroll: true });
    saidOnBoard(`${$(".deal-name", fresh).textContent} is in ${lane.dataset.name}.`);
    fresh.scrollIntoView({ block: "nearest", inline: "nearest" });
  } else card.remove();
  toasts(moved);
}
// What a stage asks for, in a dialog. Whoever closes it has moved nothing.
function ask(root) {
  const dialog = document.adoptNode($("dialog", root));
  document.body.append(dialog);
  dialog.addEventListener("close", () => { dialog.remove(); catchUp(); });
  dialog.showModal();
  $("input:not([type=hidden]), select, textarea", dialog)?.focus();
}
on("click", "#move-dialog [data-close]", (link, e) => {
  e.preventDefault();
  link.closest("dialog").close();
});
on("click", "[data-move-menu]", async (link, e) => {
  if (e.ctrlKey || e.metaKey || e.shiftKey || !theBoard()) return;
  e.preventDefault();
  const response = await askFor(link.href, "board-answer").catch(() => null);
  const asks = response && $("[data-asks]", page(await response.text()));
  if (asks) ask(asks); else location = link.href;
});

// By pointer: a card follows from a few pixels on, so that a click stays a click. Fingers scroll, and use the menu.
let grabbed = null;
document.addEventListener("pointerdown", (e) => {
  const card = e.target.closest?.("[data-board] [data-deal]");
  if (!card || e.button !== 0 || e.pointerType === "touch" || !mayMove() || e.target.closest("[data-move-menu]") || taken) return;
  grabbed = { card, x: e.clientX, y: e.clientY, pointer: e.pointerId };
});
document.addEventListener("pointermove", (e) => {
  if (!grabbed) return;
  const { card, x, y } = grabbed;
  if (!grabbed.ghost) {
    if (Math.hypot(e.clientX - x, e.clientY - y) < 6) return;
    const box = card.getBoundingClientRect();
    grabbed.from = home(card);
    grabbed.ghost = card.cloneNode(true);
    grabbed.ghost.removeAttribute("id");
    grabbed.ghost.classList.add("is-ghost");
    grabbed.ghost.style.inlineSize = `${box.width}px`;
    grabbed.dx = box.left - x;
    grabbed.dy = box.top - y;
    document.body.append(grabbed.ghost);
    card.classList.add("is-dragged");
    taken = grabbed;
    getSelection()?.removeAllRanges();
  }
  e.preventDefault();
  grabbed.ghost.style.translate = `${e.clientX + grabbed.dx}px ${e.clientY + grabbed.dy}px`;
  const over = document.elementFromPoint(e.clientX, e.clientY)?.closest("[data-lane]");
  for (const lane of $$("[data-lane].is-target")) lane.classList.toggle("is-target", lane === over);
  over?.classList.add("is-target");
  grabbed.over = over;
  const [board, edge] = [theBoard(), theBoard().getBoundingClientRect()];
  if (e.clientX > edge.right - 48) board.scrollLeft += 16;
  if (e.clientX < edge.left + 48) board.scrollLeft -= 16;
});
function letGo(lane) {
  const held = grabbed;
  grabbed = null;
  if (!held?.ghost) return;
  held.ghost.remove();
  taken = null;
  for (const target of $$("[data-lane].is-target")) target.classList.remove("is-target");
  // The click that ends a drag opens nothing.
  const still = (e) => { e.preventDefault(); e.stopPropagation(); };
  addEventListener("click", still, { capture: true });
  setTimeout(() => removeEventListener("click", still, { capture: true }), 0);
  drop(held.card, lane, held.from);
}
document.addEventListener("pointerup", () => letGo(grabbed?.over));
document.addEventListener("pointercancel", () => letGo(null));
document.addEventListener("dragstart", (e) => { if (e.target.closest?.("[data-deal]")) e.preventDefault(); });

// By keys: arrows walk; Space takes a card, arrows carry it, Enter drops it, Esc lets go.
document.addEventListener("keydown", (e) => {
  if (e.key === "Escape" && grabbed?.ghost) return letGo(null);
  const card = e.target.matches?.("[data-board] [data-deal]") ? e.target : null;
  if (!card || e.ctrlKey || e.metaKey || e.altKey) return;
  const carried = taken?.card === card && !taken.ghost;
  const step = { ArrowLeft: -1, ArrowRight: 1 }[e.key] ?? 0;
  const lanes = $$("[data-lane]", theBoard());
  const at = lanes.indexOf(laneOf(card));
  if (carried) {
    if (step && lanes[at + step]) {
      seat(card, lanes[at + step]);
      card.focus({ preventScroll: true });
      card.scrollIntoView({ block: "nearest", inline: "nearest" });
      saidOnBoard(lanes[at + step].dataset.name);
    } else if (e.key === "Enter" || e.key === " ") {
      const from = taken.from;
      taken = null;
      drop(card, lanes[at], from).then(() => document.getElementById(card.id)?.focus({ preventScroll: true }));
    } else if (e.key === "Escape") {
      goHome(taken);
      taken = null;
      card.classList.remove("is-carried");
      card.focus({ preventScroll: true });
      saidOnBoard(`${$(".deal-name", card).textContent} stays in ${laneOf(card).dataset.name}.`);
      catchUp();
    } else if (!["ArrowUp", "ArrowDown"].includes(e.key)) return;
  } else if (e.key === " " && mayMove()) {
    taken = { card, from: home(card) };
    card.classList.add("is-carried");
    saidOnBoard(`${$(".deal-name", card).textContent} is picked up. Left and right carry it, Enter drops it, Escape lets go.`);
  } else if (e.key === "Enter") $(".deal-name a", card).click();
  else if (e.key === "ArrowDown" || e.key === "ArrowUp") {
    const cards = $$("[data-deal]", laneOf(card));
    (cards[cards.indexOf(card) + (e.key === "ArrowDown" ? 1 : -1)] ?? card).focus();
  } else if (step) {
    const place = $$("[data-deal]", laneOf(card)).indexOf(card);
    for (let n = at + step; lanes[n]; n += step) {
      const cards = $$("[data-deal]", lanes[n]);
      if (cards.length) { cards[Math.min(place, cards.length - 1)].focus(); break; }
    }
  } else return;
  e.preventDefault();
  e.stopImmediatePropagation();
}, true);
document.addEventListener("focusout", (e) => {
  // Whoever goes elsewhere has let go.
  if (!taken || taken.ghost || e.target !== taken.card || !e.relatedTarget) return;
  goHome(taken);
  taken.card.classList.remove("is-carried");
  taken = null;
});

// Live: a ring says that something changed; what, is asked for as any page, and put in without moving the rest.
let boardStream = null;
function listenToBoard() {
  boardStream?.close();
  boardStream = null;
  const board = theBoard();
  if (!board?.dataset.board || document.hidden) return;
  boardStream = new EventSource(board.dataset.board);
  boardStream.addEventListener("board", () => { changedMeanwhile = true; catchUp(); });
  boardStream.addEventListener("over", () => boardStream?.close());
}
async function catchUp() {
  if (!changedMeanwhile || taken || grabbed?.ghost || asking || $("#move-dialog")) return;
  changedMeanwhile = false;
  const board = theBoard();
  if (!board) return;
  const response = await askFor(board.dataset.url, "board").catch(() => null);
  if (!response?.ok || taken || asking || theBoard() !== board) { changedMeanwhile = true; return; }
  const fresh = $("[data-board]", page(await response.text()));
  if (fresh) merge(board, fresh);
}
function merge(board, fresh) {
  const focus = document.activeElement?.closest?.("[data-deal]")?.id;
  heads(fresh);
  const known = new Map($$("[data-deal]", board).map((card) => [card.dataset.deal, card]));
  const there = new Set($$("[data-deal]", fresh).map((card) => card.dataset.deal));
  for (const lane of $$("[data-lane]", fresh)) {
    const cards = $(`[data-lane="${lane.dataset.lane}"] [data-cards]`, board);
    if (!cards) return location.reload();
    const [incoming, more] = [$$("[data-deal]", lane), $(".lane-more", lane)];
    const [last, down] = [incoming.at(-1)?.dataset.sort, lane.dataset.state !== "open"];
    const within = (card) => !more || (down ? card.dataset.sort > last : card.dataset.sort < last);
    const shown = $$("[data-deal]", cards);
    for (const card of shown) if (!there.has(card.dataset.deal) && within(card)) card.remove();
    let next = cards.firstElementChild;
    for (const card of incoming) {
      const old = known.get(card.dataset.deal);
      const same = old?.dataset.version === card.dataset.version && old.className === card.className;
      const use = same ? old : document.adoptNode(card);
      if (!same && old) {
        if (next === old) next = old.nextElementSibling;
        old.remove();
      }
      if (use === next) next = next.nextElementSibling;
      else cards.insertBefore(use, next);
    }
    if (shown.length <= incoming.length) {
      $(".lane-more", cards)?.remove();
      if (more) { const link = document.adoptNode(more); cards.append(link); window.htmx?.process?.(link); }
    }
  }
  if (focus && document.activeElement?.id !== focus) document.getElementById(focus)?.focus({ preventScroll: true });
}
document.addEventListener("visibilitychange", () => { if (!document.hidden && theBoard()) { changedMeanwhile = true; catchUp(); } listenToBoard(); });
addEventListener("pageshow", listenToBoard);
addEventListener("pagehide", () => boardStream?.close());
