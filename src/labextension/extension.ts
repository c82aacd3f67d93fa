// What the plugin adds to JupyterLab beside its renderers: the panel, the launcher's tile, commands, an icon for saved weights.
import logo from "../logo.svg";
import type { Order, Status } from "../plugin";
import {
  type Application,
  ICommandPalette,
  ILauncher,
  ILayoutRestorer,
  INotebookTracker,
  LabIcon,
  type Launcher,
  type NotebookTracker,
  type Palette,
  type Plugin,
  type Restorer,
} from "./jupyterlab";
import { ID, SearchesPanel } from "./panel";
import template from "./template.json";

const CATEGORY = "Architecture search";
const icon = new LabIcon({ name: "naslab:logo", svgstr: logo });

/** What can be ordered of the search that goes on, and in which states of it. */
const orders: Record<Order, { label: string; when: readonly Status[] }> = {
  pause: { label: "Pause the search", when: ["running"] },
  resume: { label: "Resume the search", when: ["paused"] },
  stop: { label: "Stop the search", when: ["running", "paused"] },
  checkpoint: { label: "Write a checkpoint of the search", when: ["running", "paused"] },
};
const orderNames = Object.keys(orders) as Order[];

function addCommands(app: Application, panel: SearchesPanel): string[] {
  const { commands, shell } = app;
  commands.addCommand("naslab:new-notebook", {
    label: (args) => (args.isLauncher ? "Architecture search" : "New architecture search notebook"),
    caption: "A notebook that searches an architecture, from a template",
    icon: icon as never,
    execute: ({ cwd }) => newNotebook(app, String(cwd ?? "")),
  });
  commands.addCommand("naslab:show-searches", {
    label: "Show the searches",
    execute: () => shell.activateById(ID),
  });
  for (const order of orderNames) {
    const { label, when } = orders[order];
    commands.addCommand(`naslab:${order}`, {
      label,
      isEnabled: () => when.includes(panel.current?.search.status ?? "idle"),
      execute: () => panel.order(order),
    });
  }
  return ["naslab:new-notebook", "naslab:show-searches", ...orderNames.map((order) => `naslab:${order}`)];
}

/** Writes the template into a folder under a name that is free, and opens it. */
async function newNotebook({ commands, serviceManager }: Application, folder: string): Promise<unknown> {
  const { contents } = serviceManager;
  const { path } = await contents.newUntitled({ path: folder, type: "notebook" });
  await contents.save(path, { type: "notebook", format: "json", content: template });
  return commands.execute("docmanager:open", { path, factory: "Notebook" });
}

const isThere = <T>(value: T | undefined): value is T => value !== undefined;

const plugin: Plugin = {
  id: "naslab:plugin",
  description: "Panel of searches, template, commands.",
  autoStart: true,
  requires: [INotebookTracker],
  optional: [ICommandPalette, ILauncher, ILayoutRestorer].filter(isThere),
  activate(app: Application, notebooks: NotebookTracker, ...services: unknown[]) {
    const given = [ICommandPalette, ILauncher, ILayoutRestorer].map((token) => (token ? services.shift() : null)) as [
      Palette | null,
      Launcher | null,
      Restorer | null,
    ];
    const [palette, launcher, restorer] = given;
    const panel = new SearchesPanel(app, notebooks);
    panel.title.icon = icon as never;
    for (const command of addCommands(app, panel)) palette?.addItem({ command, category: CATEGORY });
    launcher?.add({
      command: "naslab:new-notebook",
      args: { isLauncher: true },
      category: "Notebook",
      kernelIconUrl: `data:image/svg+xml,${encodeURIComponent(logo)}`, // of a kernel's tile, as all in this category are
      rank: 1,
    });
    app.docRegistry.addFileType({
      name: "naslab-weights",
      displayName: "Weights of a search",
      extensions: [".safetensors"],
      contentType: "file",
      fileFormat: "base64",
      icon,
    });
    app.shell.add(panel, "left", { rank: 450 });
    restorer?.add(panel, ID);
  },
};

export default [plugin];
