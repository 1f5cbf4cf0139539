/** The figure that marches: seen as in a mirror, so that its right leg is on the right. */

/** @import { Side } from "../types.js" */

import { draw } from "../dom.js";

/** @typedef {[number, number]} Point */

const LIMBS = {
  // Hip, knee and ankle: leg down, leg up. The knee comes to hip height.
  leg: [[[11, 118], [12, 162], [12, 206]], [[11, 118], [27, 122], [23, 168]]],
  // Shoulder, elbow and hand: the arm of the other side comes up.
  arm: [[[19, 54], [25, 86], [23, 116]], [[19, 54], [29, 84], [21, 58]]],
};
const MIDDLE = 70;

/**
 * @typedef {object} Figure
 * @property {Element} element
 * @property {(side: Side | null, raise: number) => void} pose `raise` is 0 (standing) to 1 (knee up)
 * @property {(worn: boolean) => void} wear a band around both feet, or none
 */

/** @returns {Figure} */
export function makeFigure() {
  const band = [draw("line", { class: "band" }), draw("line", { class: "gap" })];
  const limbs = ["left", "right"].map((side) => ({
    side,
    sign: side === "right" ? 1 : -1,
    leg: draw("polyline", { class: "limb" }),
    arm: draw("polyline", { class: "limb arm" }),
  }));
  const element = draw(
    "svg",
    { class: "figure", viewBox: "0 0 140 226", "aria-hidden": "true" },
    draw("line", { class: "floor", x1: 14, x2: 126, y1: 221, y2: 221 }),
    ...limbs.map(({ leg }) => leg),
    ...band,
    draw("circle", { class: "head", cx: MIDDLE, cy: 24, r: 15 }),
    draw("path", { class: "trunk", d: "M51 54h38l-7 64h-24z" }),
    ...limbs.map(({ arm }) => arm),
  );

  /** @type {Figure["pose"]} */
  function pose(side, raise) {
    const feet = limbs.map(({ side: own, sign, leg, arm }) => {
      const up = own === side ? raise : 0;
      leg.setAttribute("points", points(LIMBS.leg, up, sign).join(" "));
      arm.setAttribute("points", points(LIMBS.arm, side !== null && own !== side ? raise : 0, sign).join(" "));
      leg.classList.toggle("moves", own === side);
      return points(LIMBS.leg, up, sign)[2];
    });
    const [[x1, y1], [x2, y2]] = feet;
    for (const line of band) for (const [name, value] of Object.entries({ x1, y1, x2, y2 })) line.setAttribute(name, String(value));
  }

  /** @type {Figure["wear"]} */
  function wear(worn) {
    for (const line of band) line.toggleAttribute("hidden", !worn);
  }

  pose(null, 0);
  return { element, pose, wear };
}

/**
 * @param {number[][][]} limb
 * @param {number} raise
 * @param {number} sign of the side
 * @returns {number[][]}
 */
function points([down, up], raise, sign) {
  return down.map(([x, y], place) => [
    MIDDLE + sign * (x + (up[place][0] - x) * raise),
    y + (up[place][1] - y) * raise,
  ]);
}
