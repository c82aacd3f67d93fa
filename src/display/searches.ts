// The searches of this kernel, for the panel of JupyterLab's plugin: what they do now, and its buttons.
import type { CellDistribution } from "../distributions";
import { type Comm, notebook } from "../notebook";
import { type KernelMessage, type PanelMessage, SEARCHES, type Search } from "../plugin";
import { Run } from "../runs";
import type { SearchRun } from "../trainer";
import { fullTitle, type Labels, labelsOf } from "./edges";
import { progressLine } from "./progress";

/** Milliseconds between two reports of a run that goes on. */
const PAUSE = 500;

/** Runs in the order in which they were made; one that nothing else holds any more is forgotten. */
const runs = new Map<string, WeakRef<SearchRun>>();
const names = new WeakMap<SearchRun, string>();
/** Of the pages that show the panel. */
const comms = new Set<Comm>();
let isRegistered = false;
let made = 0;

/** Whether a page with the plugin listens. */
export const hasPanel = (): boolean => comms.size > 0;

/** The run's name among all of this kernel's. */
export const nameOf = (run: SearchRun): string => names.get(run) ?? "";

/** Lists a run in the panel from its first stage on. Does nothing outside a notebook. @returns a function that ends it. */
export function listSearch(run: SearchRun, now: () => number): () => void {
  if (!notebook()) return () => {};
  register();
  names.set(run, `${process.pid}-${++made}`);
  let reported = 0;
  const report = () => {
    reported = now();
    runs.set(nameOf(run), new WeakRef(run));
    for (const comm of comms) send(comm, { kind: "runs", runs: searches() });
  };
  const reportNow = () => {
    if (now() - reported >= PAUSE) report();
  };
  const remove = [
    ...(["stage", "pause", "end"] as const).map((event) => run.on(event, report)),
    ...(["step", "epoch"] as const).map((event) => run.on(event, reportNow)),
  ];
  return () => {
    for (const off of remove) off();
  };
}

/** The pages' panels open a comm each; a page that is loaded again opens another in place of its first. */
function register(): void {
  if (isRegistered) return;
  isRegistered = true;
  const pages = new Map<string, Comm>();
  notebook()!.registerTarget(SEARCHES, (comm, data) => {
    const { page } = data as { page: string };
    comms.delete(pages.get(page)!);
    pages.set(page, comm);
    comms.add(comm);
    comm.onClose(() => comms.delete(comm));
    comm.onMessage((message) => obey(comm, message as PanelMessage));
    send(comm, { kind: "runs", runs: searches() });
  });
}

const send = (comm: Comm, message: KernelMessage) => comm.send(message);

async function obey(comm: Comm, { kind, run: name }: PanelMessage): Promise<void> {
  const run = runs.get(name)?.deref();
  try {
    if (!run) throw new Error("this run is gone");
    if (kind !== "checkpoint") return run[kind]();
    if (!(run instanceof Run)) throw new Error("this run has no folder that a checkpoint could be written in");
    const file = await run.checkpoint();
    send(comm, { kind: "done", run: name, words: `checkpoint written: ${file}` });
  } catch (error) {
    send(comm, { kind: "failed", run: name, words: (error as Error).message });
  }
}

function searches(): Search[] {
  const living = [...runs].map(([name, reference]) => [name, reference.deref()] as const);
  return living.flatMap(([name, run]) => (run ? [searchOf(name, run)] : []));
}

/** A run as the panel lists it. */
export function searchOf(name: string, run: SearchRun): Search {
  const { distribution, progress, method, space, status, steps } = run;
  return {
    run: name,
    name: `${method.title} ${name.split("-")[1]}`,
    method: method.title,
    space: space.title,
    status,
    progress: progress && {
      stage: progress.stage,
      words: progressLine(progress),
      share: progress.step / progress.steps,
    },
    secondsLeft: progress?.secondsLeft ?? null,
    steps: steps.length,
    architecture: run.architecture.toString(),
    ...weightsOf(distribution, labelsOf(space)),
  };
}

/** Operations with their colours, and the mean weights by edge. */
export function weightsOf(distribution: CellDistribution, labels: Labels): Pick<Search, "operations" | "edges"> {
  const { kept } = distribution;
  const mean = distribution.mean();
  const { operations } = labels;
  return {
    operations,
    edges: labels.edges.map((edge, e) => ({
      title: fullTitle(edge),
      mean: operations.map((_, o) => (kept[e].includes(o) ? Number(mean[e][o].toFixed(4)) : null)),
    })),
  };
}
