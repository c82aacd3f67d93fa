// The parts of JupyterLab that the panel and the commands use, out of the page that runs us. Declared here as far as they are used: the
// packages that declare them whole bring 280 others along.
import type { Contents, Kernel, KernelMessage, ServiceManager } from "@jupyterlab/services";
import type { CommandRegistry } from "@lumino/commands";
import type { Token } from "@lumino/coreutils";
import type { ISignal } from "@lumino/signaling";
import type { Widget } from "@lumino/widgets";

/** What an output or a cell's outputs hold. */
export interface Outputs {
  readonly length: number;
  get(index: number): { readonly data: Readonly<Record<string, unknown>> };
}

export interface Cell extends Widget {
  readonly model: { readonly type: string; readonly outputs?: Outputs };
}

export interface SessionContext {
  readonly path: string;
  readonly name: string;
  readonly isDisposed: boolean;
  readonly session: { readonly kernel: Kernel.IKernelConnection | null } | null;
  readonly kernelChanged: ISignal<SessionContext, unknown>;
  readonly statusChanged: ISignal<SessionContext, Kernel.Status>;
  readonly iopubMessage: ISignal<SessionContext, KernelMessage.IIOPubMessage>;
  readonly disposed: ISignal<SessionContext, void>;
}

export interface NotebookPanel extends Widget {
  readonly sessionContext: SessionContext;
  readonly content: Widget & {
    readonly widgets: readonly Cell[];
    activeCellIndex: number;
    scrollToItem(index: number, align?: string): Promise<void>;
  };
}

export interface NotebookTracker {
  readonly currentWidget: NotebookPanel | null;
  readonly widgetAdded: ISignal<NotebookTracker, NotebookPanel>;
  forEach(callback: (panel: NotebookPanel) => void): void;
}

export interface Application {
  readonly commands: CommandRegistry;
  readonly serviceManager: ServiceManager.IManager & { readonly contents: Contents.IManager };
  readonly docRegistry: { addFileType(fileType: object): unknown };
  readonly shell: Widget & {
    add(widget: Widget, area: string, options?: { rank?: number }): void;
    activateById(id: string): void;
  };
}

export interface Palette {
  addItem(item: { command: string; category: string }): unknown;
}

export interface Launcher {
  add(item: { command: string; args: object; category: string; kernelIconUrl: string; rank: number }): unknown;
}

export interface Restorer {
  add(widget: Widget, name: string): void;
}

export interface Plugin {
  readonly id: string;
  readonly description: string;
  readonly autoStart: boolean;
  readonly requires?: readonly Token<unknown>[];
  readonly optional?: readonly Token<unknown>[];
  activate(app: Application, ...services: never[]): void;
}

type Icon = object;

/** A module of the page; empty where the application has none of that name, as Notebook has no launcher. */
const shared = async (name: string) =>
  ((await globalThis._JUPYTERLAB!.naslab!.shared(name)) ?? {}) as Record<string, unknown>;

const token = async (name: string, key: string) => (await shared(name))[key] as Token<unknown> | undefined;

export const INotebookTracker = (await token("@jupyterlab/notebook", "INotebookTracker"))!;
export const ICommandPalette = await token("@jupyterlab/apputils", "ICommandPalette");
export const ILauncher = await token("@jupyterlab/launcher", "ILauncher");
export const ILayoutRestorer = await token("@jupyterlab/application", "ILayoutRestorer");

export const { LabIcon } = (await shared("@jupyterlab/ui-components")) as {
  LabIcon: new (options: { name: string; svgstr: string }) => Icon;
};
