// The live state of a run in an output, redrawn in place: nothing on the page is made anew while the search goes on.
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import { RUN_STATE, type RunState } from "../plugin";
import { Curves } from "./curves";
import { change, html, write } from "./dom";
import { Widget } from "./lumino";
import { Weights } from "./weights";

class RunView extends Widget implements IRenderMime.IRenderer {
  #shape = "";
  #edges: Weights[] = [];
  #charts: Curves[] = [];
  readonly #title = html("h4");
  readonly #notes = html("p", { class: "naslab-notes" });
  readonly #bar = html("progress", { max: 1 });
  readonly #headline = html("p");
  readonly #body = html("div");
  readonly #architecture = html("code");

  constructor() {
    super();
    this.addClass("naslab-run");
    const architecture = html("p", {}, "Architecture so far: ", this.#architecture);
    this.node.append(this.#title, this.#notes, this.#headline, this.#bar, this.#body, architecture);
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const state = model.data[RUN_STATE] as unknown as RunState;
    const { title, notes, headline, share, architecture, edges, charts, steps } = state;
    const shape = JSON.stringify([
      edges.map((edge) => edge.title),
      state.operations,
      charts.map((chart) => chart.title),
    ]);
    if (shape !== this.#shape) this.#build(state);
    this.#shape = shape;
    write(this.#title, title);
    write(this.#notes, notes.join("\n"));
    write(this.#headline, headline);
    change(this.#bar, { value: share, "aria-label": headline });
    for (const [e, edge] of edges.entries()) this.#edges[e]!.show(edge);
    for (const [k, chart] of charts.entries()) this.#charts[k]!.show(chart, steps);
    write(this.#architecture, architecture);
  }

  #build({ edges, operations, charts }: RunState): void {
    this.#edges = edges.map(() => new Weights(operations));
    this.#charts = charts.map((chart) => new Curves(chart));
    const panels = edges.map(({ title }, e) =>
      html("figure", {}, html("figcaption", {}, `edge ${title}`), this.#edges[e]!.node),
    );
    const keys = charts[0]!.lines.map(({ title, colour, style }) =>
      html("li", { style: `--colour: ${colour}`, class: `naslab-${style}` }, title),
    );
    this.#body.replaceChildren(
      html("div", { class: "naslab-panels" }, ...panels),
      html("ul", { class: "naslab-keys" }, ...keys),
      html("div", { class: "naslab-panels" }, ...this.#charts.map(({ node }) => node)),
    );
  }
}

export const run: IRenderMime.IExtension = {
  id: "naslab:run",
  description: "The live state of an architecture search.",
  dataType: "json",
  rank: 0,
  rendererFactory: { safe: true, mimeTypes: [RUN_STATE], createRenderer: () => new RunView() },
};
