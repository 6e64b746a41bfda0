// The widget's style sheets, and which screens are small.

import PALETTE from "../shared/palette.css";
import SMALL_SCREEN from "./small_screen.css";
import ALL from "./widget.css";

const SMALL = "(max-width: 36em), (max-height: 26em)";

/** Matches while the screen is small, and the panel fills it. */
export const small = matchMedia(SMALL);

export const sheets = () => [sheet(PALETTE), sheet(ALL), sheet(SMALL_SCREEN, { media: SMALL })];

function sheet(css, options) {
  const made = new CSSStyleSheet(options);
  made.replaceSync(css);
  return made;
}
