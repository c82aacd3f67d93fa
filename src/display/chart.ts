// The frame of every chart: schema, configuration, a title and a subtitle broken into lines that fit the figure.

import type { Specification } from "./draw";
import { textWidth } from "./font";
import { config, schema } from "./theme";

/** Width that charts are laid out for, in pixels: a notebook's column. A figure for a narrower page is laid out anew, its text as large. */
export const pageWidth = 720;

/**
 * A whole specification: `body` (marks, facets or concatenated views) under a title and the lines of a subtitle.
 * @param page its width in pixels.
 */
export function chart(
  title: string,
  subtitle: readonly string[],
  body: Specification,
  page: number = pageWidth,
): Specification {
  const { fontSize, subtitleFontSize } = config.title;
  const lines = subtitle.flatMap((line) => wrap(line, page, subtitleFontSize));
  return {
    $schema: schema,
    config,
    title: { text: wrap(title, page, fontSize, true), ...(lines.length > 0 && { subtitle: lines }) },
    ...body,
  };
}

/** Breaks a text between words into lines of at most `width` pixels at font size `size`; "" has no lines. */
export function wrap(text: string, width: number, size: number, bold = false): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ").filter(Boolean)) {
    const longer = lines.length > 0 ? `${lines[lines.length - 1]} ${word}` : word;
    if (lines.length > 0 && textWidth(longer, size, bold) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** At most `limit` of the values, evenly spaced, the first and the last among them. */
export function thin<T>(values: readonly T[], limit: number): readonly T[] {
  if (values.length <= limit) return values;
  return Array.from({ length: limit }, (_, i) => values[Math.round((i * (values.length - 1)) / (limit - 1))]);
}

/** Whole numbers from `first` to `last` for an axis to name: multiples of 1, 2 or 5 times a power of ten, at most `limit`. */
export function wholeTicks(first: number, last: number, limit: number): number[] {
  let step = 1;
  for (let k = 1; (last - first) / step + 1 > limit; k++) step = [1, 2, 5][k % 3] * 10 ** Math.floor(k / 3);
  const start = Math.ceil(first / step);
  return Array.from({ length: Math.floor(last / step) - start + 1 }, (_, k) => (start + k) * step);
}
