"use strict";
// The only script of the report: a mark of a chart says its sentence (its aria-label) beside the pointer.
const tooltip = document.createElement("div");
tooltip.className = "tooltip";
tooltip.hidden = true;
tooltip.setAttribute("aria-hidden", "true");
document.body.append(tooltip);
function place(event) {
  const gap = 12, { width, height } = tooltip.getBoundingClientRect(), above = event.clientY - height - gap;
  tooltip.style.left = `${Math.min(Math.max(event.clientX - width / 2, gap), innerWidth - width - gap)}px`;
  tooltip.style.top = `${above > gap ? above : event.clientY + gap + 8}px`;
}
document.addEventListener("pointerover", (event) => {
  const mark = event.target.closest?.(".chart svg [aria-label]:not(svg)");
  tooltip.hidden = !mark;
  if (!mark) return;
  tooltip.textContent = mark.getAttribute("aria-label");
  place(event);
});
document.addEventListener("pointermove", (event) => { if (!tooltip.hidden) place(event); });
document.addEventListener("scroll", () => { tooltip.hidden = true; }, { passive: true, capture: true });
