// A notebook open in a real JupyterLab in a real browser, and what the tests do with it.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, ElementHandle, Page } from "playwright-core";
import { launchBrowser } from "./browser";
import type { NotebookFile, Output } from "./notebook";
import { type LabServer, startLab } from "./server";

/** The parts of JupyterLab's own objects that are used inside the page. */
interface CodeCell {
  readonly model: {
    readonly type: string;
    readonly outputs: { toJSON(): Output[]; readonly changed: { connect(slot: Slot): void } };
  };
}
type Slot = (sender: unknown, change: { type: string }) => void;
interface Panel {
  readonly content: { activeCellIndex: number; readonly widgets: CodeCell[] };
  readonly sessionContext: { readonly ready: Promise<void>; readonly session: { kernel: { info: Promise<unknown> } } };
  readonly revealed: Promise<void>;
}
declare global {
  var jupyterapp: {
    readonly restored: Promise<void>;
    readonly commands: { execute(command: string, words?: object): Promise<unknown> };
    readonly shell: { readonly currentWidget: Panel };
  };
  /** How often the outputs of each cell were changed in place. */
  var updates: number[];
}

export class Lab {
  /** Errors of the page itself and those in its console, not of the notebook. */
  readonly pageErrors: string[] = [];
  /** Addresses that the page has asked the server for. */
  readonly requests: string[] = [];

  private constructor(
    private readonly server: LabServer,
    private readonly browser: Browser,
    readonly page: Page,
  ) {
    page.on("request", (request) => this.requests.push(request.url()));
    page.on("pageerror", (error) => this.pageErrors.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error") this.pageErrors.push(message.text());
    });
  }

  /** Opens a notebook, with its kernel started and nothing run. */
  static async open(notebook: NotebookFile): Promise<Lab> {
    const server = await startLab();
    const browser = await launchBrowser().catch(async (error) => {
      await server.stop();
      throw error;
    });
    const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } });
    const lab = new Lab(server, browser, page);
    try {
      writeFileSync(join(server.folder, "notebook.ipynb"), JSON.stringify(notebook));
      await lab.load(server.address("notebook.ipynb"));
    } catch (error) {
      await lab.close();
      throw error;
    }
    return lab;
  }

  private async load(address: string): Promise<void> {
    const { page } = this;
    await page.goto(address);
    await page.waitForFunction(() => globalThis.jupyterapp?.shell.currentWidget?.sessionContext !== undefined);
    await page.evaluate(async () => {
      await jupyterapp.restored;
      const { content, sessionContext, revealed } = jupyterapp.shell.currentWidget;
      await revealed;
      await sessionContext.ready;
      await sessionContext.session.kernel.info;
      await jupyterapp.commands.execute("application:toggle-left-area");
      globalThis.updates = content.widgets.map(() => 0);
      content.widgets.forEach(({ model }, index) => {
        if (model.type !== "code") return;
        model.outputs.changed.connect((_, { type }) => {
          if (type === "set") updates[index]!++;
        });
      });
    });
  }

  /** Resolves when every cell has ended, or one has failed. */
  async runAll(): Promise<void> {
    await this.page.evaluate(() => jupyterapp.commands.execute("notebook:run-all-cells"));
  }

  /** Resolves when the cell has ended. */
  async run(index: number): Promise<void> {
    await this.page.evaluate(async (index) => {
      jupyterapp.shell.currentWidget.content.activeCellIndex = index;
      await jupyterapp.commands.execute("notebook:run-cell");
    }, index);
  }

  /** Adds a code cell at the end, runs it, and gives its outputs. */
  async runNew(code: string): Promise<Output[]> {
    const index = await this.addCell(code);
    await this.run(index);
    return this.outputs(index);
  }

  /** Adds a code cell at the end; answers where it stands. */
  addCell(code: string): Promise<number> {
    return this.page.evaluate(async (code) => {
      const { content } = jupyterapp.shell.currentWidget;
      content.activeCellIndex = content.widgets.length - 1;
      await jupyterapp.commands.execute("notebook:insert-cell-below");
      await jupyterapp.commands.execute("notebook:replace-selection", { text: code });
      return content.activeCellIndex;
    }, code);
  }

  /** Saves the notebook and loads the page again; the kernel goes on. */
  async reload(): Promise<void> {
    await this.page.evaluate(() => jupyterapp.commands.execute("docmanager:save"));
    await this.load(this.server.address("notebook.ipynb"));
  }

  /** Restarts the kernel as the menu does, and confirms it. */
  async restartKernel(): Promise<void> {
    const restarted = this.page.evaluate(() => jupyterapp.commands.execute("notebook:restart-kernel"));
    await this.page.locator(".jp-Dialog button.jp-mod-accept").click();
    await restarted;
  }

  execute(command: string, words: object = {}): Promise<unknown> {
    return this.page.evaluate(async ({ command, words }) => void (await jupyterapp.commands.execute(command, words)), {
      command,
      words,
    });
  }

  /** The folder that JupyterLab shows. */
  get folder(): string {
    return this.server.folder;
  }

  /** Resolves when JupyterLab shows itself in this theme. */
  async setTheme(theme: string): Promise<void> {
    await this.page.evaluate((theme) => jupyterapp.commands.execute("apputils:change-theme", { theme }), theme);
    await this.page.locator(`body[data-jp-theme-name="${theme}"]`).waitFor({ state: "attached" });
  }

  /** Presses the toolbar's button with the black square. */
  async pressInterrupt(): Promise<void> {
    await this.page.locator('[data-jp-item-name="interrupt"] button, [data-jp-item-name="interrupt"]').first().click();
  }

  /** Resolves when the outputs of a cell have been changed in place at least `count` times since the notebook was opened. */
  async updated(index: number, count: number): Promise<void> {
    await this.page.waitForFunction(({ index, count }) => updates[index]! >= count, { index, count }, { timeout: 0 });
  }

  updates(index: number): Promise<number> {
    return this.page.evaluate((index) => updates[index]!, index);
  }

  outputs(index: number): Promise<Output[]> {
    return this.page.evaluate((index) => {
      return jupyterapp.shell.currentWidget.content.widgets[index]!.model.outputs.toJSON();
    }, index);
  }

  /** The outputs of all code cells, in their order. */
  async allOutputs(): Promise<Output[]> {
    return this.page.evaluate(() => {
      const { widgets } = jupyterapp.shell.currentWidget.content;
      return widgets.flatMap(({ model }) => (model.type === "code" ? model.outputs.toJSON() : []));
    });
  }

  /** The element that shows the first output of a cell. */
  async shown(index: number): Promise<ElementHandle> {
    const cell = this.page.locator(".jp-Notebook .jp-Cell").nth(index);
    return (await cell.locator(".jp-OutputArea-output").first().elementHandle({ timeout: 0 }))!;
  }

  /** Whether an element is still part of the page. */
  isShown(element: ElementHandle): Promise<boolean> {
    return element.evaluate((node) => node.isConnected);
  }

  /** Resolves when the page shows that many charts: by Vega-Lite, or by our plugin a figure of Plotly's or the live state of a run. */
  async drawn(count: number): Promise<void> {
    const charts = this.page.locator(
      [".vega-embed:has(svg.marks, canvas.marks)", ".naslab-run:has(svg)", ".naslab-plotly:has(.main-svg, canvas)"]
        .map((chart) => `.jp-Notebook ${chart}`)
        .join(", "),
    );
    await charts.nth(count - 1).waitFor({ state: "attached" });
  }

  /** A picture of the whole notebook, from its first to its last cell. */
  async screenshot(path: string): Promise<void> {
    const height = await this.page
      .locator(".jp-Notebook .jp-WindowedPanel-outer, .jp-Notebook")
      .last()
      .evaluate((node) => node.scrollHeight);
    const viewport = this.page.viewportSize()!;
    await this.page.setViewportSize({ width: viewport.width, height: Math.max(viewport.height, height + 150) });
    await this.page.screenshot({ path });
    await this.page.setViewportSize(viewport);
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
  }
}
