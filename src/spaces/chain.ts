// A chain of inverted residual blocks, whose kernels and expansions are chosen layer by layer (ProxylessNAS, Cai et al., ICLR 2019; after MnasNet, Tan et al., CVPR 2019).
import { UserError } from "../errors";
import { Architecture } from "./architecture";
import { layerCell, layerEdge } from "./layer-choice";
import { operationNamed } from "./operations";
import { Scanner } from "./scanner";
import { type Notation, SearchSpace, type SpaceDefinition } from "./space";

const BLOCKS = [3, 5, 7].flatMap((kernel) => [3, 6].map((expansion) => `mbconv_${kernel}x${kernel}_${expansion}`));
const OPERATIONS = ["skip_connect", ...BLOCKS];

/**
 * The stages of the authors' search script, of 4 layers each but the last, which has one; the first layer of a stage has its stride. The
 * first width is that of the network that they published for phones; their script's default is 24.
 */
const STAGES = [
  { channels: 32, stride: 2 },
  { channels: 40, stride: 2 },
  { channels: 80, stride: 2 },
  { channels: 96, stride: 1 },
  { channels: 192, stride: 2 },
  { channels: 320, stride: 1 },
] as const;

/** Channels of the stem, at which the stages have these widths. */
const STEM = 32;
/** Channels in front of the classifier; narrower networks have as many. */
const FEATURES = 1280;
/** Images up to so many pixels wide are not halved by stem and first stage (inferred: MobileNetV2 is run so on CIFAR). */
const SMALL_IMAGE = 64;

/** A width that is a multiple of 8 and not much smaller, as the authors round. */
function multipleOf8(channels: number): number {
  const rounded = Math.max(8, 8 * Math.floor((channels + 4) / 8));
  return rounded < 0.9 * channels ? rounded + 8 : rounded;
}

/** The layers' names, by stage: "2.1" is the first of the second. */
const layersOf = (perStage: number): string[][] =>
  STAGES.map((stage, s) => {
    const length = stage === STAGES.at(-1) ? 1 : perStage;
    return Array.from({ length }, (_, k) => `${s + 1}.${k + 1}`);
  });

const networkOf =
  (perStage: number): SpaceDefinition["network"] =>
  (list, cell) => {
    const { channels, cells, image } = list.size;
    if (cells !== perStage)
      throw new UserError(
        `chain: cells must be ${perStage}, the layers of a stage, which are chosen one by one; spaces.chain({ layers: ${cells} }) has other stages`,
      );
    const width = (full: number) => multipleOf8((full * channels) / STEM);
    const small = Math.max(image[0], image[1]) <= SMALL_IMAGE;
    list.convolution("first_conv", width(STEM), { stride: small ? 1 : 2, activation: "relu6-after" });
    list.operation("blocks.0", operationNamed("mbconv_3x3_1"), width(STEM / 2));
    layersOf(perStage).forEach((names, s) => {
      const { channels, stride } = STAGES[s];
      names.forEach((name, k) => {
        list.cell(cell(name), width(channels), k > 0 || (small && s === 0) ? 1 : stride);
      });
    });
    list.convolution("feature_mix_layer", Math.max(FEATURES, width(FEATURES)), {
      window: 1,
      activation: "relu6-after",
    });
    list.head();
  };

/** "mbconv_5x5_3, skip_connect | mbconv_7x7_3, …": stages between "|", layers between ",". */
const notation: Notation = {
  print({ space, operations }) {
    const names = operations.map((o) => space.operations[o]);
    return space.edges.map(({ cell }, e) => `${e === 0 ? "" : isFirst(cell) ? " | " : ", "}${names[e]}`).join("");
  },
  parse(text, space) {
    const scan = new Scanner(text, `${space.title}: parse`);
    const picks = space.edges.map(({ cell }, e) => {
      scan.space();
      if (e > 0) scan.expect(isFirst(cell) ? "|" : ",");
      scan.space();
      const start = scan.position;
      const operation = space.operations.indexOf(scan.take(/\w*/y) ?? "");
      const allowed = space.present(e);
      if (!allowed.includes(operation))
        scan.fail(`one of ${allowed.map((o) => space.operations[o]).join(", ")} in layer ${cell}`, start);
      return operation;
    });
    scan.space();
    scan.end();
    return new Architecture(space, picks);
  },
};

const isFirst = (layer: string): boolean => layer.endsWith(".1");

/**
 * Each layer is one of six inverted residual blocks (kernel 3, 5 or 7, expansion 3 or 6), or, where neither the maps' size nor the channels
 * change, nothing. Stem, first block (expansion 1), the 1×1 convolution in front of the classifier and the widths are the authors'.
 * @param perStage layers of a stage, 4 of the authors'.
 */
export function chainSpace(perStage: number): SearchSpace {
  const layers = layersOf(perStage).flat();
  const candidates = (layer: string) => (isFirst(layer) ? BLOCKS : OPERATIONS).map((name) => OPERATIONS.indexOf(name));
  return new SearchSpace({
    name: "chain",
    title: "chain of inverted residual blocks",
    paper: "ProxylessNAS: Direct Neural Architecture Search on Target Task and Hardware",
    operations: OPERATIONS.map(operationNamed),
    cells: layers.map((name) => layerCell(name, isFirst(name) ? STAGES[Number(name.split(".")[0]) - 1].stride : 1)),
    edges: layers.map((name) => layerEdge(`layer ${name}`, name, candidates(name))),
    network: networkOf(perStage),
    search: { channels: STEM, cells: perStage, epochs: 120 },
    final: { channels: STEM, cells: perStage },
    counts: "cells a stage",
    image: [224, 224, 3],
    classes: 1000,
    auxiliary: null,
    notation,
  });
}
