// The list of customers: one box ticks all on the page. Without it each is ticked by hand.
"use strict";

const tickAll = document.querySelector("[data-tick-all]");
if (tickAll) {
  tickAll.hidden = false;
  tickAll.addEventListener("change", () => {
    for (const box of document.querySelectorAll(".choose input[name=ids]")) box.checked = tickAll.checked;
  });
}
