/** Making elements. Text goes in as text; there is no way to put in markup. */

const SVG = "http://www.w3.org/2000/svg";

/** @typedef {Record<string, string | number | boolean | undefined | ((event: any) => void)>} Properties */

/**
 * An element with attributes, handlers (`onclick`) and children. `true` is an empty attribute, `false` is none.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Properties} [properties]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  dress(element, properties);
  element.append(...children);
  return element;
}

/**
 * The same for a drawing.
 * @param {string} tag
 * @param {Properties} [properties]
 * @param {...(Node | string)} children
 */
export function draw(tag, properties = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  dress(element, properties);
  element.append(...children);
  return element;
}

const ICONS = {
  send: "M4 12 20 4l-4 16-4.5-6.5zM11.5 13.5 20 4",
  speak: "M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM5 11a7 7 0 0 0 14 0M12 18v3",
  history: "M4 20V10m6 10V4m6 16v-8m-14 8h20",
  options: "M4 7h9m5 0h2M4 17h2m5 0h9M13 7a2.5 2.5 0 1 0 5 0 2.5 2.5 0 0 0-5 0zM6 17a2.5 2.5 0 1 0 5 0 2.5 2.5 0 0 0-5 0z",
  close: "M6 6l12 12M18 6 6 18",
};

/**
 * A picture that says nothing to a screen reader.
 * @param {keyof typeof ICONS} name
 */
export function icon(name) {
  return draw("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" }, draw("path", { d: ICONS[name] }));
}

/** Whether a pointer is fine enough that no keyboard opens on the screen when a field gets the focus. */
export function hasKeyboard() {
  return matchMedia("(hover: hover) and (pointer: fine)").matches;
}

/**
 * @param {Element} element
 * @param {Properties} properties
 */
function dress(element, properties) {
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined) element.setAttribute(name, String(value));
  }
}
