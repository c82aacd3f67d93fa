// The frame of figures in which an edge is a line: a panel for each kind of cell, its edges from the first to the last.
import type { Specification } from "./draw";
import type { Place } from "./edge-panels";
import { cellTitle, groupsOf, type Labels } from "./edges";

/** Of the edges' names, in pixels. */
const NAMES = 84;
const GAP = 26;

/**
 * Panels by cell, side by side where the page is wide enough.
 * @param panel what a panel draws, from its width. @param line the height of an edge, in pixels.
 */
export function edgeGrid(
  rows: readonly Pick<Place, "cell" | "edge">[],
  labels: Labels,
  panel: (width: number, y: Specification) => Specification,
  page: number,
  line = 22,
): Specification {
  const groups = groupsOf(labels);
  const columns = page >= 600 ? groups.length : 1;
  const width = Math.floor((page - GAP * (columns - 1)) / columns) - NAMES - 12;
  const views = groups.map(({ cell, edges }) => {
    const titles = edges.map((e) => labels.edges[e].title);
    const y = {
      field: "edge",
      type: "nominal",
      sort: titles,
      scale: { domain: titles },
      title: null,
      axis: { ticks: false, domain: false, minExtent: NAMES, maxExtent: NAMES },
    };
    return {
      ...(cell && { title: { text: cellTitle(cell), fontSize: 11, anchor: "start", frame: "group", offset: 4 } }),
      width,
      height: line * edges.length,
      data: { values: rows.filter((row) => (row.cell ?? "") === cell).map(({ cell: _, ...row }) => row) },
      ...panel(width, y),
    };
  });
  if (views.length === 1) return views[0];
  return columns > 1 ? { hconcat: views, spacing: GAP } : { vconcat: views, spacing: 18 };
}

/** A scale of one colour after the other that reads on white and on dark, and to every eye: Viridis (Smith & van der Walt, 2015). */
export const sequential = { scheme: "viridis" } as const;

/** The legend of such a scale. */
export const gradientLegend = (title: string) => ({
  title,
  titleLimit: 300,
  orient: "bottom",
  direction: "horizontal",
  gradientLength: 200,
  tickCount: 5,
});
