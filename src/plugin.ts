// What code in the kernel and JupyterLab's plugin tell each other. Plain data, so that neither needs the other's libraries.

/** The MIME type of a run's live state (`RunState`), which the plugin draws in place. */
export const RUN_STATE = "application/vnd.naslab.run.v1+json";

/** The target of the comm between the panel of searches and a kernel; the panel opens it. */
export const SEARCHES = "naslab.searches";

export interface Operation {
  readonly title: string;
  readonly colour: string;
}

/** The weights of an edge's operations; null for one that was pruned. */
export interface Edge {
  readonly title: string;
  readonly mean: readonly (number | null)[];
  /** Ends of the equal-tailed 90 % intervals; null where the weight is one number. */
  readonly interval: readonly (readonly [low: number, high: number] | null)[];
}

/** A line of a chart, as [x, y]. */
export interface Line {
  readonly title: string;
  readonly colour: string;
  readonly style: "faint" | "solid" | "dashed";
  readonly points: readonly (readonly [number, number])[];
}

export interface Chart {
  readonly title: string;
  readonly unit: "number" | "percent";
  readonly lines: readonly Line[];
  /** A value that is marked by a dashed line, and what it is. */
  readonly mark?: { readonly value: number; readonly title: string };
}

/** What the live display of a run shows. */
export interface RunState {
  /** Names the run among all of its kernel's, as in `Search`. */
  readonly run: string;
  readonly title: string;
  /** The scale of the search, and how to read the marks. */
  readonly notes: readonly string[];
  /** Where the stage is, in words, and as a share of its steps, 0 … 1. */
  readonly headline: string;
  readonly share: number;
  readonly operations: readonly Operation[];
  readonly edges: readonly Edge[];
  /** Steps so far: the right end of the charts' axes. */
  readonly steps: number;
  readonly charts: readonly Chart[];
  readonly architecture: string;
}

export type Status = "new" | "running" | "paused" | "idle" | "interrupted" | "failed";

/** A run as the panel lists it. */
export interface Search {
  readonly run: string;
  readonly name: string;
  readonly method: string;
  readonly space: string;
  readonly status: Status;
  /** Of the running stage; null while none runs. */
  readonly progress: { readonly stage: number; readonly words: string; readonly share: number } | null;
  /** Seconds; null where it cannot be told. */
  readonly secondsLeft: number | null;
  readonly steps: number;
  /** The most probable architecture so far. */
  readonly architecture: string;
  readonly operations: readonly Operation[];
  readonly edges: readonly Pick<Edge, "title" | "mean">[];
}

export type Order = "pause" | "resume" | "stop" | "checkpoint";

/** From the panel. */
export interface PanelMessage {
  readonly kind: Order;
  readonly run: string;
}

/** From the kernel: all its runs, or what came of an order. */
export type KernelMessage =
  | { readonly kind: "runs"; readonly runs: readonly Search[] }
  | { readonly kind: "done"; readonly run: string; readonly words: string }
  | { readonly kind: "failed"; readonly run: string; readonly words: string };
