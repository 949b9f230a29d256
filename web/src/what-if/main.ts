// What if: move weights, change a method, see ranks move. Mount point: <div id="what-if"> with data-source (the payload) and data-words.
// An element with data-what-if-fallback (the recipe's own tables) gives way to the controls, and comes back where the figures lack.
// What is chosen stands in the page's address, after the #, so that a link leads to the same ranks.
import { element } from "../explorer/dom";
import { Board } from "./board";
import { read, same, written } from "./choosing";
import { Controls } from "./controls";
import type { Payload } from "./payload";
import { type Choices, Index, type Outcome, untouched } from "./scoring";
import { refusalTold, summary, type Words } from "./telling";

const QUIET_MS = 400; // a summary is read out when the slider has come to rest

class WhatIf {
  private readonly index: Index;
  private readonly controls: Controls;
  private readonly board: Board;
  private readonly recipe: Choices;
  private readonly before: Choices[] = [];
  private readonly told = element("p", { class: "what-if-told" });
  private readonly spoken = element("p", { class: "hidden", role: "status" });
  private readonly refused = element("p", { class: "what-if-refused", role: "alert", hidden: true });
  private readonly misfit = element("p", { class: "note", role: "status", hidden: true });
  private settled: Choices;
  private speaking = 0;

  constructor(
    private readonly payload: Payload,
    private readonly words: Words,
    mount: HTMLElement,
    source: URL,
  ) {
    this.index = new Index(payload);
    this.recipe = this.settled = untouched(payload);
    this.board = new Board(payload, words, (code) => new URL(`unit/${encodeURIComponent(code)}`, source).href);
    this.controls = new Controls(payload, words, {
      draft: (make) => this.show(make(this.settled)),
      settle: (make) => this.settle(make(this.settled)),
      undo: () => this.undo(),
      reset: () => this.settle(this.recipe),
    });
    this.misfit.textContent = words.misfit;
    const heading = element("h3", { class: "block-title small" }, words.list);
    const address = element("p", { class: "note" }, words.share_address);
    const said = element("div", { class: "what-if-said" }, this.told, this.refused);
    const ranks = element("div", { class: "what-if-ranks" }, this.board.root, address, this.spoken);
    mount.replaceChildren(this.misfit, element("div", { class: "what-if" }, this.controls.root, heading, said, ranks));
    this.show(this.recipe); // ranks stand even where the address asks for what cannot be made
    this.fromAddress();
    window.addEventListener("hashchange", () => this.fromAddress());
  }

  private fromAddress(): void {
    const { choices, misfit } = read(location.hash.slice(1), this.payload);
    this.misfit.hidden = !misfit;
    if (!same(choices, this.settled)) this.settle(choices);
    else if (misfit) this.hold(choices); // what did not fit leaves the address too
  }

  private settle(choices: Choices): void {
    if (!same(choices, this.settled)) this.before.push(this.settled);
    this.hold(choices);
  }

  private undo(): void {
    const last = this.before.pop();
    if (last) this.hold(last);
  }

  private hold(choices: Choices): void {
    this.settled = choices;
    const text = written(choices, this.payload);
    history.replaceState(history.state, "", text ? `#${text}` : location.pathname + location.search);
    this.show(choices);
  }

  private show(choices: Choices): void {
    const outcome = this.index.outcome(choices);
    this.controls.show(choices, this.before.length > 0, !same(choices, this.recipe));
    this.refused.hidden = !outcome.refusal;
    if (outcome.refusal) {
      const why = `${refusalTold(this.payload, outcome.refusal, this.words)} ${this.words.stands}`;
      if (this.refused.textContent !== why) this.refused.textContent = why;
      return;
    }
    this.board.show(outcome, choices.scale === 0 && choices.means.every((mean) => mean === null) ? this.payload.decimals : null);
    this.tell(choices, outcome);
  }

  private tell(choices: Choices, outcome: Outcome): void {
    const text = same(choices, this.recipe) ? this.words.none : summary(this.payload, outcome, this.words);
    this.told.textContent = text;
    window.clearTimeout(this.speaking);
    this.speaking = window.setTimeout(() => (this.spoken.textContent = text), QUIET_MS);
  }
}

/** Fetch the figures and put the controls in place of the tables. */
export async function mountWhatIf(mount: HTMLElement): Promise<void> {
  const words = JSON.parse(mount.dataset["words"] ?? "{}") as Words;
  const note = (text: string, tables: boolean): void => {
    mount.replaceChildren(element("p", { class: "note", role: "status" }, text));
    document.querySelectorAll<HTMLElement>("[data-what-if-fallback]").forEach((table) => (table.hidden = !tables));
  };
  note(words.loading, false);
  try {
    const source = new URL(mount.dataset["source"] ?? "", location.href);
    const answer = await fetch(source);
    if (!answer.ok) return note(words.no_data, true);
    new WhatIf((await answer.json()) as Payload, words, mount, source);
    mount.dataset["state"] = "ready";
  } catch (error) {
    note(words.no_data, true);
    throw error; // the page says it plainly; the console keeps the cause
  }
}
