// Two rows of tokens. Pointing at a token of the output shades the source by its attention, and
// pointing at a token of the source shades the output tokens that look at it.

const END = "</s>";
const STRONG = 0.5; // from this share on, a token is dark enough to need light letters
const TOLD = 3; // tokens that the line below names

export class Attention {
  constructor(card) {
    this.rows = { target: card.querySelector(".target"), source: card.querySelector(".source") };
    this.line = card.querySelector(".looked");
    this.looks = card.querySelector(".looks");
    this.tokens = { target: [], source: [] };
    for (const [side, row] of Object.entries(this.rows)) {
      row.addEventListener("keydown", (event) => this.move(side, event));
      row.addEventListener("pointerleave", () => this.rest());
      row.addEventListener("focusout", () => this.clear());
    }
  }

  // Shows an output without its tokens: they are not known yet, or the model has no attention.
  plain(text, hint) {
    this.tokens = { target: [], source: [] };
    const shown = document.createElement("span");
    shown.className = "plain";
    shown.textContent = text || "(empty)";
    this.rows.target.replaceChildren(shown);
    this.looks.hidden = true;
    this.hint = hint;
    this.line.textContent = hint;
  }

  show({ source, target, weights }) {
    this.weights = weights;
    this.names = { source, target };
    this.looks.hidden = false;
    this.hint = "Point at or tap a token to see its attention.";
    for (const side of ["target", "source"]) {
      this.tokens[side] = this.names[side].map((name, i) => this.token(side, name, i));
      this.rows[side].replaceChildren(...this.tokens[side]);
    }
    this.clear();
  }

  token(side, name, i) {
    const token = document.createElement("button");
    token.type = "button";
    token.className = name === END ? "token end" : "token";
    token.textContent = shown(name);
    token.tabIndex = i ? -1 : 0;
    token.addEventListener("pointerenter", () => this.point(side, i));
    token.addEventListener("focus", () => this.point(side, i));
    return token;
  }

  move(side, event) {
    const tokens = this.tokens[side];
    const now = tokens.indexOf(document.activeElement);
    const next = {
      ArrowLeft: now - 1, ArrowRight: now + 1, Home: 0, End: tokens.length - 1,
    }[event.key];
    if (event.key === "Escape") this.clear();
    if (next === undefined || !tokens[next]) return;
    event.preventDefault();
    tokens.forEach((token, i) => { token.tabIndex = i === next ? 0 : -1; });
    tokens[next].focus();
  }

  // The pointer has left: back to the token that has the focus, if one has.
  rest() {
    for (const side of ["target", "source"]) {
      const i = this.tokens[side].indexOf(document.activeElement);
      if (i >= 0) return this.point(side, i);
    }
    this.clear();
  }

  clear() {
    this.paint([], []);
    this.line.textContent = this.hint;
  }

  point(side, i) {
    const forward = side === "target";
    const shares = forward ? this.weights[i] : this.weights.map((row) => row[i]);
    const other = this.names[forward ? "source" : "target"];
    this.paint(forward ? [] : shares, forward ? shares : []);
    this.tokens[side][i].classList.add("pointed");
    const told = shares
      .map((share, j) => [share, shown(other[j])])
      .sort((a, b) => b[0] - a[0])
      .slice(0, TOLD)
      .filter(([share]) => share >= 0.01)
      .map(([share, name]) => `${name} ${Math.round(100 * share)} %`);
    const name = shown(this.names[side][i]);
    this.line.textContent = told.length
      ? `${name} ${forward ? "looks at" : "is seen by"} ${told.join(", ")}`
      : `${name} ${forward ? "looks at nothing" : "is seen by no token"}`;
  }

  paint(target, source) {
    for (const [side, shares] of [["target", target], ["source", source]]) {
      this.tokens[side].forEach((token, i) => {
        const share = shares[i] ?? 0;
        token.style.setProperty("--w", share.toFixed(3));
        token.classList.toggle("strong", share >= STRONG);
        token.classList.remove("pointed");
      });
    }
  }
}

function shown(name) {
  if (name === END) return "end";
  return name.trim() === "" ? "␣" : name;
}
