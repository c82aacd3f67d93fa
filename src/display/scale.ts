// How far a search is reduced from the scale of the papers' searches of its space, in words: channels, cells and epochs, and the whole
// data set (half of it for validation).

import type { SearchSettings } from "../methods";
import type { SearchSpace } from "../spaces";
import { count } from "./words";

/** The part of a run that its scale is read from. */
export interface Scaled {
  readonly settings: Pick<SearchSettings, "channels" | "cells" | "epochs" | "batch" | "stepsPerEpoch">;
  readonly data: {
    readonly title: string;
    readonly train: { readonly count: number };
    readonly whole: { readonly train: number };
  };
  readonly history: { readonly length: number };
  readonly space: Pick<SearchSpace, "search" | "counts">;
}

/**
 * "Reduced search on CIFAR-10: 8 of 16 channels, 1 of 5 cells a stage, 2,000 of 50,000 images, 6 of 100 epochs";
 * what is not reduced is left out, and "" for a run at the authors' scale. Before the first epoch it counts the planned
 * epochs, later the finished ones.
 */
export function scaleNote({ settings, data, history, space: { search: authors, counts } }: Scaled): string {
  const fullEpoch = Math.floor(data.train.count / 2 / settings.batch);
  const parts = [
    reduced(settings.channels, authors.channels, "channels"),
    reduced(settings.cells, authors.cells, counts),
    reduced(data.train.count, data.whole.train, "images"),
    reduced(settings.stepsPerEpoch ?? fullEpoch, fullEpoch, "steps an epoch"),
    reduced(history.length || settings.epochs, authors.epochs, "epochs"),
  ].filter((part) => part !== null);
  return parts.length === 0 ? "" : `Reduced search on ${data.title}: ${parts.join(", ")}`;
}

/** Of several runs: each scale once; of more than three only the first. */
export function scaleNotes(runs: readonly Scaled[]): string[] {
  const notes = [...new Set(runs.map(scaleNote).filter(Boolean))];
  return notes.length <= 3 ? notes : [`${notes[0]}; the other runs are reduced in ${notes.length - 1} other ways`];
}

function reduced(value: number, whole: number, noun: string): string | null {
  return value < whole ? `${count(value)} of ${count(whole)} ${noun}` : null;
}
