// What pages do beyond HTML: chart tooltips, popovers in browsers without anchors, dropping a file, closing the phone's menu.
// Everything works without it; nothing here holds data or words.
"use strict";

const tooltip = document.createElement("div");
tooltip.className = "tooltip";
tooltip.hidden = true;
tooltip.setAttribute("aria-hidden", "true");

function placeTooltip(event) {
  const gap = 12;
  const { width, height } = tooltip.getBoundingClientRect();
  const left = Math.min(Math.max(event.clientX - width / 2, gap), window.innerWidth - width - gap);
  const above = event.clientY - height - gap;
  tooltip.style.left = `${left}px`;
  tooltip.style.top = `${above > gap ? above : event.clientY + gap + 8}px`;
}

// A mark of a chart says its own sentence in aria-label; the mouse reads it there.
document.addEventListener("pointerover", (event) => {
  const mark = event.target.closest?.(".chart svg [aria-label]:not(svg)");
  tooltip.hidden = !mark;
  if (!mark) return;
  tooltip.textContent = mark.getAttribute("aria-label");
  placeTooltip(event);
});
document.addEventListener("pointermove", (event) => {
  if (!tooltip.hidden) placeTooltip(event);
});
document.addEventListener("scroll", () => { tooltip.hidden = true; }, { passive: true, capture: true });

// Popovers open by themselves; where the browser has no anchor positioning they are put under their button.
const hasAnchors = CSS.supports("position-area", "block-end");
document.addEventListener("toggle", (event) => {
  const popover = event.target;
  if (!popover.matches?.("[popover]")) return;
  const button = document.querySelector(`[popovertarget="${popover.id}"]`);
  button?.setAttribute("aria-expanded", String(event.newState === "open"));
  if (hasAnchors || event.newState !== "open" || !button) return;
  const place = button.getBoundingClientRect();
  const size = popover.getBoundingClientRect();
  const wanted = document.dir === "rtl" ? place.left : place.right - size.width;
  popover.style.position = "fixed";
  popover.style.left = `${Math.min(Math.max(wanted, 8), window.innerWidth - size.width - 8)}px`;
  const below = place.bottom + size.height + 8 < window.innerHeight;
  popover.style.top = `${below ? place.bottom : Math.max(place.top - size.height - 12, 8)}px`;
}, true);

// A file dropped on `.drop` goes into its file field; the field's form is sent when it has data-submit-on-drop.
for (const name of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    const zone = event.target.closest?.(".drop");
    if (!zone) return;
    event.preventDefault();
    zone.classList.toggle("over", name === "dragover");
    const field = zone.querySelector('input[type="file"]');
    if (name !== "drop" || !field || !event.dataTransfer.files.length) return;
    field.files = event.dataTransfer.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
    if ("submitOnDrop" in zone.dataset) field.form.requestSubmit();
  });
}

// A chosen file says its name in the zone's [data-file-name].
document.addEventListener("change", (event) => {
  if (event.target.type !== "file") return;
  const place = event.target.closest(".drop")?.querySelector("[data-file-name]");
  if (place) place.textContent = event.target.files[0]?.name ?? "";
});

// A form or field marked data-autosubmit sends itself when a choice changes.
document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-autosubmit]");
  if (form && event.target.matches("select, input[type=radio], input[type=checkbox], input[type=date]")) form.requestSubmit();
});

// <input type="checkbox" data-reveals="id"> shows the password in that field while it is ticked.
document.addEventListener("change", (event) => {
  const field = document.getElementById(event.target.dataset?.reveals);
  if (field) field.type = event.target.checked ? "text" : "password";
});

// Asks before a deed that cannot be taken back: <button data-confirm="...">.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-confirm]");
  if (button && !window.confirm(button.dataset.confirm)) event.preventDefault();
  for (const drawer of document.querySelectorAll("details.drawer[open]")) {
    if (!drawer.contains(event.target)) drawer.removeAttribute("open");
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const drawer of document.querySelectorAll("details.drawer[open]")) drawer.removeAttribute("open");
});

document.body.append(tooltip);
