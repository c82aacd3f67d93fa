// Epochs as spans along an axis, each from the end of the one before: for figures that say what held when.
import type { EpochRecord } from "../trainer";
import { wholeTicks } from "./chart";
import type { Specification } from "./draw";

/** Each record with the epoch that its span begins after: the one before it among those that are drawn. */
export const epochSpans = (records: readonly EpochRecord[]) =>
  records.map((record, k) => ({ from: k === 0 ? record.epoch - 1 : records[k - 1].epoch, record }));

/** The channels of rows that last from `from` to `epoch`. */
export function spanAxis(
  rows: readonly { readonly from: number; readonly epoch: number }[],
  page: number,
): { readonly x: Specification; readonly x2: Specification } {
  const first = Math.min(...rows.map(({ from }) => from));
  const last = Math.max(...rows.map(({ epoch }) => epoch));
  return {
    x: {
      field: "from",
      type: "quantitative",
      title: "epoch",
      scale: { domain: [first, last], nice: false },
      axis: { format: "d", values: wholeTicks(first, last, page >= 600 ? 8 : 6), grid: false, labelFlush: true },
    },
    x2: { field: "epoch" },
  };
}
