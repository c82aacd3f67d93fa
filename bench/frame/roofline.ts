// What single operations of a search reach, beside what the machine could do at their intensity (Williams et al., "Roofline", 2009).
import type { BackendName } from "../../src/backend";
import type { KernelAnswer } from "../sides/kernels";
import { type Peak, PeakSide } from "./peak";
import { median } from "./quartiles";
import { Side, withSides } from "./side";
import type { Sizes } from "./sizes";

export interface RooflinePoint {
  readonly kind: string;
  readonly stage: number;
  /** Floating-point operations for each byte read or written. */
  readonly intensity: number;
  /** Floating-point operations a second. */
  readonly rate: number;
  /** The rate relative to the roof above this intensity. */
  readonly ofRoof: number;
}

export interface Roofline {
  readonly peak: Peak;
  readonly bytesPerSecond: number;
  readonly points: readonly RooflinePoint[];
}

export async function measureRoofline(sizes: Sizes, samples: number, backend: BackendName): Promise<Roofline> {
  return withSides(async (start) => {
    const product = start(new PeakSide(backend));
    const peak = await product.peak(await product.seconds("product", samples));
    const operations = start(Side.ours("the single operations", "kernels", sizes, backend));
    const { memory, kernels } = await operations.ask<KernelAnswer>(`kernels ${samples}`);
    const bytesPerSecond = memory.bytes / median(memory.seconds);
    const points = kernels.map(({ kind, stage, flops, bytes, seconds }) => {
      const intensity = flops / bytes;
      const rate = flops / median(seconds);
      return { kind, stage, intensity, rate, ofRoof: rate / Math.min(peak.flops, intensity * bytesPerSecond) };
    });
    return { peak, bytesPerSecond, points };
  });
}
