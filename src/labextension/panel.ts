// The panel "Searches": every run of the kernels of the notebooks that are open in this page.
import { type Order, RUN_STATE, type RunState, type Search } from "../plugin";
import { html } from "./dom";
import { Item } from "./item";
import type { Application, Cell, NotebookPanel, NotebookTracker } from "./jupyterlab";
import { Link } from "./link";
import { Widget } from "./lumino";
import { Tip } from "./tip";

export const ID = "naslab-searches";

export class SearchesPanel extends Widget {
  readonly #links = new Map<NotebookPanel, Link>();
  readonly #items = new Map<string, Item>();
  readonly #list = html("ul", { "aria-label": "Searches" });
  readonly #none = html("p", { class: "naslab-none" }, "No search has begun in a notebook that is open here.");
  readonly #tip = new Tip();

  constructor(
    private readonly app: Application,
    private readonly notebooks: NotebookTracker,
  ) {
    super();
    this.id = ID;
    this.addClass("naslab-searches");
    this.node.setAttribute("role", "region");
    this.node.setAttribute("aria-label", "Searches");
    this.title.caption = "Searches";
    this.node.append(html("h2", {}, "Searches"), this.#none, this.#list);
    notebooks.forEach((notebook) => {
      this.#add(notebook);
    });
    notebooks.widgetAdded.connect((_, notebook) => this.#add(notebook));
  }

  /** The search that goes on in the notebook that is in front, else in any; the last one that began. */
  get current(): { link: Link; search: Search } | undefined {
    const front = this.notebooks.currentWidget;
    const all = this.#all().filter(({ search: { status } }) => status === "running" || status === "paused");
    return all.findLast(({ link }) => link.notebook === front) ?? all.at(-1);
  }

  order(order: Order): void {
    const { current } = this;
    current?.link.order(order, current.search.run);
  }

  #all(): { link: Link; search: Search }[] {
    return [...this.#links.values()].flatMap((link) => link.searches.map((search) => ({ link, search })));
  }

  #add(notebook: NotebookPanel): void {
    this.#links.set(notebook, new Link(notebook, () => this.#show()));
    notebook.disposed.connect(() => {
      this.#links.get(notebook)?.dispose();
      this.#links.delete(notebook);
      this.#show();
    });
  }

  #show(): void {
    const all = this.#all();
    const runs = new Set(all.map(({ search }) => search.run));
    for (const [run, { node }] of this.#items) {
      if (runs.has(run)) continue;
      node.remove();
      this.#items.delete(run);
    }
    for (const { link, search } of all) {
      const item = this.#items.get(search.run) ?? this.#make(link, search.run);
      item.show(search, link.notebook.sessionContext.name, link.words.get(search.run));
    }
    this.#none.hidden = all.length > 0;
    this.#tip.update(all.map(({ search }) => search));
    this.app.commands.notifyCommandChanged();
  }

  #make(link: Link, run: string): Item {
    const item = new Item({
      order: (order) => link.order(order, run),
      goToCell: () => void this.#goTo(link.notebook, run),
      hover: (isOver) => {
        const search = link.searches.find((other) => other.run === run);
        if (isOver && search) this.#tip.open(search, this.node);
        else this.#tip.close();
      },
    });
    this.#items.set(run, item);
    this.#list.append(item.node);
    return item;
  }

  async #goTo(notebook: NotebookPanel, run: string): Promise<void> {
    this.app.shell.activateById(notebook.id);
    const index = notebook.content.widgets.findIndex((cell) => shows(cell, run));
    if (index < 0) return;
    notebook.content.activeCellIndex = index;
    await notebook.content.scrollToItem(index, "smart");
    notebook.content.widgets[index]!.node.focus();
  }
}

/** Whether a cell has the live display of a run among its outputs. */
function shows({ model: { outputs } }: Cell, run: string): boolean {
  return Array.from({ length: outputs?.length ?? 0 }, (_, k) => outputs!.get(k).data[RUN_STATE]).some(
    (state) => (state as RunState | undefined)?.run === run,
  );
}
