// What hovers beside an item of the panel: the distribution of its search as it is now.
import type { Search } from "../plugin";
import { html } from "./dom";
import { Weights } from "./weights";

export class Tip {
  readonly node = html("div", { class: "naslab-tip", role: "tooltip", id: "naslab-tip", hidden: "" });
  #run = "";
  #edges: Weights[] = [];

  /** Shows the search beside an element. */
  open(search: Search, beside: Element): void {
    this.#run = search.run;
    this.#edges = search.edges.map(() => new Weights(search.operations));
    const panels = search.edges.map(({ title }, e) =>
      html("figure", {}, html("figcaption", {}, `edge ${title}`), this.#edges[e]!.node),
    );
    this.node.replaceChildren(html("div", { class: "naslab-panels" }, ...panels));
    this.update([search]);
    document.body.append(this.node);
    this.node.hidden = false;
    const { left, right, top } = beside.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.node;
    const isRoom = right + width + 8 < innerWidth;
    this.node.style.left = `${isRoom ? right + 8 : Math.max(0, left - width - 8)}px`;
    this.node.style.top = `${Math.max(0, Math.min(top, innerHeight - height - 8))}px`;
  }

  /** Brings what is shown up to date. */
  update(searches: readonly Search[]): void {
    const search = searches.find(({ run }) => run === this.#run);
    for (const [e, edge] of (search?.edges ?? []).entries()) this.#edges[e]!.show(edge);
    if (!search) this.close();
  }

  close(): void {
    this.#run = "";
    this.node.remove();
  }
}
