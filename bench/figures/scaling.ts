// The figure of `npm run bench -- scaling`: time against each size beside the arithmetic, and the roofline.
import { chart } from "../../src/display/chart";
import type { Specification } from "../../src/display/draw";
import { Figure } from "../../src/display/figure";
import { grey, neutral, operationColours } from "../../src/display/theme";
import { textTable } from "../../src/display/words";
import type { Growth } from "../frame/growth";
import type { Roofline } from "../frame/roofline";

const titles: Readonly<Record<string, string>> = {
  batch: "batch",
  channels: "channels C",
  cells: "cells a stage N",
  operations: "operations an edge",
  partialChannels: "K (1/K mixed)",
};

export function scalingFigure(growths: readonly Growth[], roofline: Roofline): Figure {
  const specification = chart(
    "What a step's time grows with",
    [
      "Above: milliseconds of a bilevel step against one size (points: medians, bars: quartiles), and its necessary arithmetic, scaled to the first point (dashed); with the exponents of both.",
      "Below: single operations of the three stages under the roof of the matrix-product peak and the memory's rate.",
    ],
    {
      vconcat: [{ hconcat: growths.map(growthPanel), spacing: 16 }, rooflinePanel(roofline)],
      spacing: 26,
      resolve: {
        scale: { color: "independent", shape: "independent", size: "independent", x: "independent", y: "independent" },
      },
    },
  );
  return new Figure(specification, scalingText(growths));
}

function growthPanel({ size, points, timeExponent, arithmeticExponent }: Growth, place: number): Specification {
  const [first] = points;
  const rows = points.map(({ value, secondsPerStep, quartiles: [low, high], flopsPerStep }) => ({
    value,
    time: 1000 * secondsPerStep,
    low: 1000 * low,
    high: 1000 * high,
    arithmetic: (1000 * first.secondsPerStep * flopsPerStep) / first.flopsPerStep,
  }));
  const y = {
    type: "quantitative",
    scale: { type: "log", nice: false, padding: 8 },
    title: place === 0 ? "milliseconds" : null,
  };
  return {
    title: {
      text: [`time: ${timeExponent.toFixed(2)}`, `arithmetic: ${arithmeticExponent.toFixed(2)}`],
      fontSize: 11,
      fontWeight: "normal",
    },
    width: 92,
    height: 130,
    data: { values: rows },
    encoding: {
      x: {
        field: "value",
        type: "quantitative",
        title: titles[size],
        scale: { type: "log", nice: false, padding: 8 },
        axis: {
          values: points.map(({ value }) => value),
          format: "d",
          grid: false,
          labelOverlap: true,
          labelSeparation: 6,
        },
      },
    },
    layer: [
      {
        mark: { type: "line", color: grey, strokeDash: [4, 3] },
        encoding: { y: { field: "arithmetic", ...y } },
      },
      { mark: { type: "line", color: neutral, strokeWidth: 2 }, encoding: { y: { field: "time", ...y } } },
      { mark: { type: "rule", color: neutral }, encoding: { y: { field: "low", ...y }, y2: { field: "high" } } },
      {
        mark: { type: "point", filled: true, size: 30, opacity: 1, color: neutral },
        encoding: { y: { field: "time", ...y } },
      },
    ],
  };
}

function rooflinePanel({ peak, bytesPerSecond, points }: Roofline): Specification {
  const operations = [...new Set(points.map(({ kind }) => parted(kind).operation))];
  const rows = points.map(({ kind, stage, intensity, rate }) => ({
    ...parted(kind),
    stage,
    intensity,
    rate: rate / 1e9,
  }));
  const intensities = points.map(({ intensity }) => intensity);
  const [lowest, highest] = [Math.min(...intensities) / 1.5, Math.max(...intensities) * 1.5];
  const edge = Math.min(highest, peak.flops / bytesPerSecond);
  const roof = [lowest, edge, highest].map((intensity) => ({
    intensity,
    rate: Math.min(peak.flops, intensity * bytesPerSecond) / 1e9,
  }));
  const encoding = {
    x: {
      field: "intensity",
      type: "quantitative",
      title: "operations a byte",
      scale: { type: "log", domain: [lowest, highest], nice: false },
      axis: { grid: false, tickCount: 5, format: "~g" },
    },
    y: {
      field: "rate",
      type: "quantitative",
      title: "billion operations a second",
      scale: { type: "log", nice: false, padding: 10 },
      axis: { tickCount: 5, format: "~g" },
    },
  };
  return {
    width: 480,
    height: 240,
    layer: [
      { data: { values: roof }, mark: { type: "line", color: grey, strokeWidth: 2 }, encoding },
      {
        data: { values: rows },
        mark: { type: "point", filled: true, opacity: 1 },
        encoding: {
          ...encoding,
          color: {
            field: "operation",
            type: "nominal",
            title: null,
            scale: { domain: operations, range: operationColours(operations) },
          },
          shape: { field: "window", type: "nominal", title: null },
          size: {
            field: "stage",
            type: "ordinal",
            title: "stage",
            scale: { domain: [1, 2, 3], range: [110, 60, 25] },
            legend: { symbolType: "circle" },
          },
        },
      },
    ],
  };
}

/** "3×3 input gradient" as its operation and its window; the others look at single pixels. */
function parted(kind: string): { operation: string; window: string } {
  const [, window = "pixels", operation] = /^(?:(\d×\d) )?(.*)$/.exec(kind)!;
  return { operation, window };
}

const scalingText = (growths: readonly Growth[]): string =>
  textTable([
    ["exponent of", "time", "arithmetic"],
    ...growths.map(({ size, timeExponent, arithmeticExponent }) => [
      titles[size],
      timeExponent.toFixed(2),
      arithmeticExponent.toFixed(2),
    ]),
  ]);
