// The page: a text, and one card per model with its outputs.

import { Attention } from "./attention.js";

const PAUSE = 350; // milliseconds after the last key before the models are asked
const find = (selector) => document.querySelector(selector);
const [form, text, beam, summary, cards] = ["#ask", "#text", "#beam", "#summary", "#cards"].map(find);

export async function call(path, body, signal) {
  const options = body === undefined ? { signal } : {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    signal,
  };
  let answer;
  try {
    answer = await fetch(path, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Error("The service does not answer. Is it still running?");
  }
  const found = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(found.detail ?? `The service answered with ${answer.status}.`);
  return found;
}

class Card {
  constructor(facts) {
    this.facts = facts;
    this.element = find("#card").content.firstElementChild.cloneNode(true);
    this.element.querySelector("h2").textContent = facts.name;
    this.tell();
    this.attention = new Attention(this.element);
    this.best = [];
    this.alignments = new Map();
    this.chosen = true;
    this.asked = new AbortController();
  }

  tell(milliseconds) {
    const count = Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });
    const facts = [this.facts.family, `${count.format(this.facts.parameters)} parameters`];
    if (milliseconds !== undefined) facts.push(`${Math.round(milliseconds)} ms`);
    this.element.querySelector(".facts").textContent = facts.join(" · ");
  }

  // Decodes a text. An earlier request of this card is given up: its client hangs up.
  async ask(source, size) {
    this.asked.abort();
    this.asked = new AbortController();
    const { signal } = this.asked;
    this.best = [];
    if (!source.trim()) {
      this.element.removeAttribute("aria-busy");
      return this.fail("");
    }
    this.element.setAttribute("aria-busy", "true");
    const started = performance.now();
    try {
      const found = await call("/api/generate", {
        texts: [source], models: [this.facts.name], beam: size, n_best: size,
      }, signal);
      this.tell(performance.now() - started);
      this.source = source;
      this.alignments.clear();
      this.best = found.results[0].outputs[0];
      this.show();
      await this.select(0, signal);
    } catch (error) {
      if (error.name === "AbortError") return;
      this.fail(error.message);
    }
    this.element.removeAttribute("aria-busy");
  }

  fail(message) {
    const problem = this.element.querySelector(".problem");
    problem.textContent = message;
    problem.hidden = !message;
    this.element.querySelector(".result").hidden = true;
  }

  show() {
    this.element.querySelector(".problem").hidden = true;
    this.element.querySelector(".result").hidden = false;
    const list = this.element.querySelector(".best");
    list.replaceChildren(...this.best.map(({ text: output, score }, i) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.append(part("output", output || "(empty)"), part("score", number(score)));
      button.append(part("also", ""), part("bar", ""));
      const share = Math.exp((score ?? -99) - (this.best[0].score ?? -99));
      button.querySelector(".bar").style.setProperty("--share", Math.min(1, share).toFixed(4));
      button.addEventListener("click", () => this.select(i, this.asked.signal));
      item.append(button);
      return item;
    }));
  }

  // Shows where one of the outputs looked.
  async select(i, signal) {
    this.element.querySelectorAll(".best button").forEach((button, j) => {
      button.setAttribute("aria-pressed", String(i === j));
    });
    const output = this.best[i].text;
    this.selected = i;
    if (!this.facts.attention) {
      return this.attention.plain(output, "This model has no attention.");
    }
    if (!this.alignments.has(i)) {
      this.attention.plain(output, "");
      try {
        this.alignments.set(i, await call("/api/align", {
          text: this.source, output, model: this.facts.name,
        }, signal));
      } catch (error) {
        if (error.name === "AbortError") throw error;
        return this.attention.plain(output, error.message);
      }
    }
    if (this.selected === i) this.attention.show(this.alignments.get(i));
  }
}

function part(name, content) {
  const element = document.createElement("span");
  element.className = name;
  element.textContent = content;
  return element;
}

function number(score) {
  return score === null ? "impossible" : score.toFixed(3).replace("-", "−");
}

// Says which of the best outputs other models have, too.
function compare(shown) {
  const answered = shown.filter((card) => card.best.length);
  for (const card of answered) {
    card.element.querySelectorAll(".best button").forEach((button, i) => {
      const others = answered.flatMap((other) => {
        const rank = other.best.findIndex((one) => one.text === card.best[i].text);
        const told = other !== card && rank >= 0 && (rank === 0 || i === 0);
        return told ? [`${rank ? `no. ${rank + 1}` : "best"} of ${other.facts.name}`] : [];
      });
      button.querySelector(".also").textContent = others.length ? `also ${others.join(", ")}` : "";
    });
  }
  const different = new Set(answered.map((card) => card.best[0].text)).size;
  if (answered.length < 2) summary.textContent = "";
  else if (different === 1) summary.textContent = `${answered.length === 2 ? "Both" : `All ${answered.length}`} models agree.`;
  else summary.textContent = `${answered.length} models, ${different} different outputs.`;
}

let round = 0;

async function run(all) {
  const own = ++round;
  const shown = all.filter((card) => card.chosen);
  await Promise.all(shown.map((card) => card.ask(text.value, Number(beam.value))));
  if (own === round) compare(shown);
}

function choices(all) {
  const box = find("#chosen");
  box.hidden = all.length < 2;
  for (const card of all) {
    const label = document.createElement("label");
    const input = document.createElement("input");
    input.type = "checkbox";
    input.checked = true;
    input.addEventListener("change", () => {
      card.chosen = input.checked;
      card.element.hidden = !input.checked;
      run(all);
    });
    label.append(input, card.facts.name);
    box.append(label);
  }
}

async function begin() {
  let models;
  try {
    models = await call("/api/models");
  } catch (error) {
    summary.textContent = error.message;
    return;
  }
  document.title = `${models.map((model) => model.name).join(", ")} · Seq2seq zoo`;
  const all = models.map((facts) => new Card(facts));
  cards.replaceChildren(...all.map((card) => card.element));
  choices(all);
  const sample = models[0].sample;
  text.placeholder = sample ? `Type a text, such as ${sample}` : "Type a text";
  let timer;
  const soon = (pause) => {
    clearTimeout(timer);
    timer = setTimeout(() => run(all), pause);
  };
  text.addEventListener("input", () => soon(PAUSE));
  text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      soon(0);
    }
  });
  beam.addEventListener("change", () => soon(0));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    soon(0);
  });
  if (text.value) soon(0); // a browser restores what was typed before a reload
}

if (form) begin();
