// The comm between this page and the kernel of one notebook: what its searches do, and the orders to them.
import type { Kernel, KernelMessage } from "@jupyterlab/services";
import { type KernelMessage as Answer, type PanelMessage, RUN_STATE, SEARCHES, type Search } from "../plugin";
import type { NotebookPanel } from "./jupyterlab";

/** Names this page, also after it was loaded again, so that a kernel can tell its comms from those of other pages. */
const page = (() => {
  const known = sessionStorage.getItem("naslab.page");
  const name = known ?? crypto.randomUUID();
  sessionStorage.setItem("naslab.page", name);
  return name;
})();

const GONE: readonly Kernel.Status[] = ["restarting", "autorestarting", "terminating", "dead"];

export class Link {
  searches: readonly Search[] = [];
  /** What came of the last order to a run. */
  readonly words = new Map<string, string>();
  #comm: Kernel.IComm | null = null;

  /** @param changed is called whenever there is something new to show. */
  constructor(
    readonly notebook: NotebookPanel,
    private readonly changed: () => void,
  ) {
    const { sessionContext } = notebook;
    sessionContext.kernelChanged.connect(this.#restart, this);
    sessionContext.statusChanged.connect(this.#onStatus, this);
    sessionContext.iopubMessage.connect(this.#onMessage, this);
    this.#open();
  }

  order(kind: PanelMessage["kind"], run: string): void {
    this.words.delete(run);
    this.#comm?.send({ kind, run });
  }

  dispose(): void {
    const { sessionContext } = this.notebook;
    sessionContext.kernelChanged.disconnect(this.#restart, this);
    sessionContext.statusChanged.disconnect(this.#onStatus, this);
    sessionContext.iopubMessage.disconnect(this.#onMessage, this);
    this.#forget();
  }

  #restart(): void {
    this.#forget();
    this.#open();
  }

  #onStatus(_: unknown, status: Kernel.Status): void {
    if (GONE.includes(status)) this.#forget();
  }

  // A kernel knows our target once a cell has made a run: it is asked again after every cell, and when a run shows itself.
  #onMessage(_: unknown, { header, parent_header, content }: KernelMessage.IIOPubMessage): void {
    const isCellsEnd =
      header.msg_type === "status" &&
      (parent_header as { msg_type?: string }).msg_type === "execute_request" &&
      (content as { execution_state: string }).execution_state === "idle";
    const showsRun =
      header.msg_type === "display_data" && RUN_STATE in (content as KernelMessage.IDisplayDataMsg["content"]).data;
    if (isCellsEnd || showsRun) this.#open();
  }

  #open(): void {
    const kernel = this.notebook.sessionContext.session?.kernel;
    if (this.#comm?.isDisposed) this.#comm = null;
    if (this.#comm || kernel?.name !== "naslab" || !kernel.handleComms) return;
    const comm = kernel.createComm(SEARCHES);
    this.#comm = comm;
    comm.onMsg = ({ content }) => this.#hear(content.data as unknown as Answer);
    comm.onClose = () => {
      if (this.#comm === comm) this.#comm = null; // the kernel does not know the target yet
    };
    comm.open({ page });
  }

  #hear(answer: Answer): void {
    if (answer.kind === "runs") this.searches = answer.runs;
    else this.words.set(answer.run, answer.words);
    this.changed();
  }

  #forget(): void {
    this.#comm?.dispose();
    this.#comm = null;
    this.searches = [];
    this.words.clear();
    this.changed();
  }
}
