/** The demo page: loads the widget, and shows how to put it elsewhere. */

/**
 * An element of this page.
 * @param {string} id
 * @returns {HTMLElement}
 */
function part(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`index.html has no #${id}`);
  return found;
}

/** What another page needs, as its author would write it. */
function embedding() {
  const widget = new URL("widget.js", import.meta.url);
  const server = new URL("../../", import.meta.url);
  return [
    `<script type="module" src="${widget}"></script>`,
    `<countoff-coach server="${server}"></countoff-coach>`,
  ].join("\n");
}

async function copy() {
  const button = part("copy");
  const told = part("told");
  try {
    await navigator.clipboard.writeText(embedding());
    told.textContent = button.dataset.done ?? "";
  } catch {
    // There is no clipboard without HTTPS, and it may be forbidden.
    getSelection()?.selectAllChildren(part("line"));
    told.textContent = button.dataset.failed ?? "";
  }
}

const code = part("line").querySelector("code");
if (code) code.textContent = embedding();
part("copy").addEventListener("click", copy);

const coach = document.querySelector("countoff-coach");
// The page may stand below another path than "/" behind a proxy; its own address tells.
coach?.setAttribute("server", new URL("../../", import.meta.url).href);
import("./widget.js").catch((/** @type {unknown} */ error) => {
  console.error(error);
  coach?.toggleAttribute("hidden", true);
  part("broken").hidden = false;
});
