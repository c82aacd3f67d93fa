// One search in the panel; built once, then changed in place, so that the focus stays where it is.
import type { Order, Search } from "../plugin";
import { change, html, write } from "./dom";

/** What an item's buttons do. */
export interface Actions {
  order(order: Order): void;
  goToCell(): void;
  hover(isOver: boolean): void;
}

const isAlive = ({ status }: Search) => status === "running" || status === "paused";

export class Item {
  readonly node: HTMLLIElement;
  readonly #name = html("h3");
  readonly #status = html("span", { class: "naslab-status" });
  readonly #bar = html("progress", { max: 1 });
  readonly #facts = html("p");
  readonly #progress = html("p");
  readonly #architecture = html("code");
  readonly #words = html("p", { role: "status" });
  readonly #pause: HTMLButtonElement;
  readonly #stop: HTMLButtonElement;
  readonly #checkpoint: HTMLButtonElement;
  readonly #cell: HTMLButtonElement;
  #search: Search | undefined;

  constructor(actions: Actions) {
    const button = (click: () => void) => html("button", { type: "button", class: "jp-mod-styled", click });
    this.#pause = button(() => actions.order(this.#search?.status === "paused" ? "resume" : "pause"));
    this.#stop = button(() => actions.order("stop"));
    this.#checkpoint = button(() => actions.order("checkpoint"));
    this.#cell = button(() => actions.goToCell());
    this.node = html(
      "li",
      {
        "aria-describedby": "naslab-tip",
        mouseenter: () => actions.hover(true),
        mouseleave: () => actions.hover(false),
        focusin: () => actions.hover(true),
        focusout: () => actions.hover(false),
      },
      html("header", {}, this.#name, this.#status),
      this.#facts,
      this.#bar,
      this.#progress,
      html("p", {}, this.#architecture),
      html("div", { role: "toolbar" }, this.#pause, this.#stop, this.#checkpoint, this.#cell),
      this.#words,
    );
  }

  show(search: Search, notebook: string, words = ""): void {
    this.#search = search;
    const { name, method, space, status, progress, steps, architecture } = search;
    write(this.#name, name);
    write(this.#status, status);
    change(this.#status, { "data-status": status });
    write(this.#facts, `${method} on ${space} · ${notebook}`);
    change(this.#bar, { value: progress?.share ?? 1, "aria-label": `progress of ${name}` });
    this.#bar.hidden = progress === null;
    write(this.#progress, progress?.words ?? `${steps} steps`);
    write(this.#architecture, architecture);
    write(this.#words, words);
    label(this.#pause, status === "paused" ? "Resume" : "Pause", name);
    label(this.#stop, "Stop", name);
    label(this.#checkpoint, "Checkpoint", name);
    label(this.#cell, "Go to cell", name);
    this.#pause.disabled = this.#stop.disabled = !isAlive(search);
    this.#checkpoint.title = "Writes a checkpoint in the run's folder";
  }
}

function label(button: HTMLButtonElement, verb: string, name: string): void {
  write(button, verb);
  change(button, { "aria-label": `${verb}: ${name}` });
}
