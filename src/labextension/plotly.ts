// Plotly figures in an output: drawn with plotly.js, which is fetched for the first of them, and updated in place.
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import type { Config, Data, Frame, Layout } from "plotly.js-dist-min";
import { Widget } from "./lumino";
import { template } from "./plotly-theme";
import { onTheme } from "./theme";

const MIME = "application/vnd.plotly.v1+json";

/** Pixels of a figure that says none. */
const HEIGHT = 450;

/** What the MIME type holds. */
interface Figure {
  data?: Data[];
  layout?: Partial<Layout>;
  config?: Partial<Config>;
  frames?: Partial<Frame>[];
}

/** Nothing of a notebook is sent anywhere. */
const config: Partial<Config> = { displaylogo: false, showSendToCloud: false, plotlyServerURL: "" };

const library = async () => (await import("plotly.js-dist-min")).default;
type Plotly = Awaited<ReturnType<typeof library>>;

class PlotlyFigure extends Widget implements IRenderMime.IRenderer {
  #plotly: Plotly | undefined;
  #figure: Figure = {};
  #isStale = false;
  #drawing: Promise<void> | undefined;
  readonly #size = new ResizeObserver(() => this.#resize());
  readonly #offTheme = onTheme(() => this.#show().catch(() => {})); // what cannot be drawn has been said in its place

  constructor() {
    super();
    this.addClass("naslab-plotly");
    this.node.setAttribute("role", "img");
  }

  /** Draws the figure, or changes the one that is there; JupyterLab calls it again for every update. */
  renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const figure = model.data[MIME] as Figure;
    if (!isFigure(figure)) return Promise.reject(new Error(`${MIME} must be { data: [trace, …], layout: { … } }`));
    this.#figure = figure;
    return this.#show();
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.#offTheme();
    this.#size.disconnect();
    this.#clear();
    super.dispose();
  }

  /** Draws the newest figure; of those that come while it draws, the last. */
  #show(): Promise<void> {
    this.#isStale = true;
    this.#drawing ??= this.#drawAll().finally(() => {
      this.#drawing = undefined;
    });
    return this.#drawing;
  }

  async #drawAll(): Promise<void> {
    this.#plotly ??= await library();
    while (this.#isStale && !this.isDisposed) {
      this.#isStale = false;
      await this.#draw(this.#plotly);
    }
    if (this.isDisposed)
      this.#clear(); // drawn after it had gone
    else this.#size.observe(this.node);
  }

  /** Gives back what plotly.js holds, and the WebGL contexts, of which a browser has only 16, now and not when garbage is collected. */
  #clear(): void {
    const canvases = [...this.node.querySelectorAll("canvas")];
    this.#plotly?.purge(this.node);
    for (const canvas of canvases) {
      const context = canvas.getContext("webgl") ?? canvas.getContext("webgl2");
      context?.getExtension("WEBGL_lose_context")?.loseContext();
    }
  }

  async #draw(plotly: Plotly): Promise<void> {
    const { data = [], layout = {}, frames, ...figure } = structuredClone(this.#figure); // plotly.js writes into what it draws
    this.node.style.height = `${layout.height ?? HEIGHT}px`;
    this.node.setAttribute("aria-label", titleOf(layout));
    // The same uirevision keeps what the reader has zoomed and turned.
    const whole = { autosize: layout.width === undefined, uirevision: true, template: template(), ...layout };
    await plotly.react(this.node, data, whole, { ...figure.config, ...config });
    if (frames) await plotly.addFrames(this.node, frames);
  }

  #resize(): void {
    const isShown = this.node.offsetWidth > 0;
    if (isShown && this.#figure.layout?.width === undefined) this.#plotly?.Plots.resize(this.node);
  }
}

function isFigure(figure: Figure): boolean {
  const isObject = (value: unknown) => typeof value === "object" && value !== null;
  if (!isObject(figure)) return false;
  const { data = [], layout = {} } = figure;
  return Array.isArray(data) && data.every(isObject) && isObject(layout);
}

function titleOf({ title }: Partial<Layout>): string {
  const text = typeof title === "string" ? title : title?.text;
  return text ? `Plotly figure: ${text}` : "Plotly figure";
}

/** The renderer as JupyterLab registers it; ranked before the pictures that a bundle has beside it. */
export const plotly: IRenderMime.IExtension = {
  id: "naslab:plotly",
  description: "Plotly figures in outputs.",
  dataType: "json",
  rank: 0,
  rendererFactory: { safe: true, mimeTypes: [MIME], createRenderer: () => new PlotlyFigure() },
};
