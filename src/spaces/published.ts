// Architectures that papers have published for DARTS's networks, with the parameters that they print and those that we count.
import { UserError } from "../errors";
import type { Architecture } from "./architecture";
import { type Cost, costOf } from "./cost";
import { cifarNetwork, imageNetNetwork } from "./darts";
import type { CellDesign, Design, DesignEdge } from "./design";
import { type CellGenotype, type Genotype, genesOf, printGenotype } from "./genotype";
import { behindSecondReduction, LayerList, type NetworkSize } from "./layers";
import { type Operation, operationNamed } from "./operations";
import { spaces } from "./registry";
import type { SearchSpace } from "./space";

/** DARTS's networks: for CIFAR-10 20 cells of 36 channels, for ImageNet 14 cells of 48 channels. */
export type PublishedData = "cifar10" | "imagenet";

interface Row {
  readonly name: string;
  readonly title: string;
  readonly paper: string;
  readonly year: number;
  /** Where the genotype is to be had. */
  readonly source: string;
  /** By default CIFAR-10. */
  readonly data?: PublishedData;
  /** Millions of parameters that the paper prints. */
  readonly printed: number;
  /** Why ours differ, and what else has to be known. */
  readonly note?: string;
  readonly normal: string;
  /** Null: GDAS's fixed cell. */
  readonly reduce: string | null;
  /** The nodes that are concatenated, by default DARTS's 2 to 5. */
  readonly concat?: { readonly normal: readonly number[]; readonly reduce: readonly number[] };
}

const FIVE = [2, 3, 4, 5, 6];

const ROWS: readonly Row[] = [
  {
    name: "nasnet-a",
    title: "NASNet-A",
    paper: "Learning Transferable Architectures for Scalable Image Recognition",
    year: 2018,
    source: "github.com/quark0/darts (f276dd3), cnn/genotypes.py, NASNet",
    printed: 3.3,
    note: "printed for NASNet's own network: 32 channels, and 6 concatenated states in the normal cell, its first input among them, where DARTS's genotype has 5",
    normal: "sep5:1 sep3:0 sep5:0 sep3:0 avg:1 skip:0 avg:0 avg:0 sep3:1 skip:1",
    reduce: "sep5:1 sep7:0 max:1 sep7:0 avg:1 sep5:0 skip:3 avg:2 sep3:2 max:1",
    concat: { normal: FIVE, reduce: [4, 5, 6] },
  },
  {
    name: "amoebanet-a",
    title: "AmoebaNet-A",
    paper: "Regularized Evolution for Image Classifier Architecture Search",
    year: 2019,
    source: "github.com/quark0/darts (f276dd3), cnn/genotypes.py, AmoebaNet",
    printed: 3.2,
    note: "printed for NASNet's network",
    normal: "avg:0 max:1 sep3:0 sep5:2 sep3:0 avg:3 sep3:1 skip:1 skip:0 avg:1",
    reduce: "avg:0 sep3:1 max:0 sep7:2 sep7:0 avg:1 max:0 max:1 conv7:0 sep3:5",
    concat: { normal: [4, 5, 6], reduce: [3, 4, 6] },
  },
  {
    name: "pnas",
    title: "PNASNet-5",
    paper: "Progressive Neural Architecture Search",
    year: 2018,
    source: "github.com/chenxi116/PNASNet.pytorch (1233f19), genotypes.py, PNASNet",
    printed: 3.2,
    note: "printed for the paper's own network, 9 cells of 48 channels; normal and reduction cell are the same",
    normal: "sep5:0 max:0 sep7:1 max:1 sep5:1 sep3:1 sep3:4 max:1 sep3:0 skip:1",
    reduce: "sep5:0 max:0 sep7:1 max:1 sep5:1 sep3:1 sep3:4 max:1 sep3:0 skip:1",
    concat: { normal: FIVE, reduce: FIVE },
  },
  {
    name: "enas",
    title: "ENAS",
    paper: "Efficient Neural Architecture Search via Parameter Sharing",
    year: 2018,
    source: "github.com/D-X-Y/AutoDL-Projects (3f483c3), lib/nas/genotypes.py, ENASNet: read from the paper's figure",
    printed: 4.6,
    note: "printed for the authors' own network, with one more 1×1 convolution a cell; readings of the figure differ in the reduction cell",
    normal: "sep3:1 skip:1 sep5:1 skip:0 avg:0 sep3:1 sep3:0 avg:1 sep5:1 avg:0",
    reduce: "sep5:0 sep3:1 sep3:1 avg:1 sep3:1 avg:1 avg:1 sep5:4 sep3:5 sep5:0",
    concat: { normal: FIVE, reduce: FIVE },
  },
  {
    name: "enas-script",
    title: "ENAS, the authors' script",
    paper: "Efficient Neural Architecture Search via Parameter Sharing",
    year: 2018,
    source: "github.com/melodyguan/enas (4bcfd73), scripts/cifar10_micro_final.sh",
    printed: 4.6,
    note: "printed for the authors' own network, and for another cell: this is the example of their script",
    normal: "avg:0 sep3:0 skip:0 sep5:0 skip:0 sep5:1 sep3:1 sep5:0 avg:0 sep5:1",
    reduce: "sep3:1 sep3:1 max:0 avg:0 sep5:1 sep5:3 sep3:1 skip:0 max:0 sep5:1",
    concat: { normal: FIVE, reduce: [2, 4, 5, 6] },
  },
  {
    name: "darts-v1",
    title: "DARTS, first order",
    paper: "DARTS: Differentiable Architecture Search",
    year: 2019,
    source: "github.com/quark0/darts (f276dd3), cnn/genotypes.py, DARTS_V1",
    printed: 3.3,
    note: "the network is the authors' own; why they print 3.3 was not found: it is the figure of their second-order cell",
    normal: "sep3:1 sep3:0 skip:0 sep3:1 skip:0 sep3:1 sep3:0 skip:2",
    reduce: "max:0 max:1 skip:2 max:0 max:0 skip:2 skip:2 avg:0",
  },
  {
    name: "darts-v2",
    title: "DARTS, second order",
    paper: "DARTS: Differentiable Architecture Search",
    year: 2019,
    source: "github.com/quark0/darts (f276dd3), cnn/genotypes.py, DARTS_V2",
    printed: 3.3,
    normal: "sep3:0 sep3:1 sep3:0 sep3:1 sep3:1 skip:0 skip:0 dil3:2",
    reduce: "max:0 max:1 skip:2 max:1 max:0 skip:2 skip:2 max:1",
  },
  {
    name: "snas-mild",
    title: "SNAS, mild",
    paper: "SNAS: Stochastic Neural Architecture Search",
    year: 2019,
    source: "github.com/SNAS-Series/SNAS-Series (9a43adb), SNAS/genotypes.py, SNAS_mild",
    printed: 2.9,
    note: "the code's cell is smaller than the printed figure; why was not found",
    normal: "sep3:0 sep3:1 skip:0 dil3:1 skip:0 skip:1 skip:0 sep3:1",
    reduce: "max:0 max:1 max:1 skip:2 max:1 skip:2 max:0 dil5:2",
  },
  {
    name: "snas-moderate",
    title: "SNAS, moderate",
    paper: "SNAS: Stochastic Neural Architecture Search",
    year: 2019,
    source: "github.com/SNAS-Series/SNAS-Series (9a43adb), SNAS/genotypes.py, SNAS_moderate",
    printed: 2.8,
    normal: "dil5:0 skip:1 sep3:0 skip:1 skip:0 skip:1 sep3:0 dil5:1",
    reduce: "max:0 max:1 sep5:0 dil5:1 sep5:0 sep5:1 sep5:0 sep5:1",
  },
  {
    name: "snas-aggressive",
    title: "SNAS, aggressive",
    paper: "SNAS: Stochastic Neural Architecture Search",
    year: 2019,
    source: "github.com/SNAS-Series/SNAS-Series (9a43adb), SNAS/genotypes.py, SNAS_aggressive",
    printed: 2.3,
    note: "six edges of the reduction cell are none",
    normal: "sep5:0 skip:1 skip:0 skip:1 dil5:1 skip:0 skip:0 dil5:1",
    reduce: "sep5:0 none:1 sep5:0 none:1 none:1 none:0 none:1 none:0",
  },
  {
    name: "gdas",
    title: "GDAS",
    paper: "Searching for A Robust Neural Architecture in Four GPU Hours",
    year: 2019,
    source: "github.com/D-X-Y/AutoDL-Projects (3f483c3), lib/nas/genotypes.py, GDAS_V1",
    printed: 3.4,
    normal: "skip:0 skip:1 skip:0 sep5:2 sep3:3 skip:0 sep5:4 sep3:3",
    reduce: "sep5:0 sep3:1 sep5:2 sep5:1 dil5:2 sep3:1 sep5:0 sep5:1",
  },
  {
    name: "gdas-frc",
    title: "GDAS with a fixed reduction cell",
    paper: "Searching for A Robust Neural Architecture in Four GPU Hours",
    year: 2019,
    source: "github.com/D-X-Y/AutoDL-Projects (3f483c3), lib/nas/genotypes.py, GDAS_F1",
    printed: 2.5,
    normal: "skip:0 skip:1 skip:0 sep3:2 skip:0 sep3:2 skip:0 sep3:2",
    reduce: null,
  },
  {
    name: "p-darts",
    title: "P-DARTS",
    paper: "Progressive Differentiable Architecture Search: Bridging the Depth Gap between Search and Evaluation",
    year: 2019,
    source: "github.com/chenxin061/pdarts (b880e87), genotypes.py, PDARTS",
    printed: 3.4,
    normal: "skip:0 dil3:1 skip:0 sep3:1 sep3:1 sep3:3 sep3:0 dil5:4",
    reduce: "avg:0 sep5:1 sep3:0 dil5:2 max:0 dil3:1 dil3:1 dil5:3",
  },
  {
    name: "pc-darts-cifar10",
    title: "PC-DARTS on CIFAR-10",
    paper: "PC-DARTS: Partial Channel Connections for Memory-Efficient Architecture Search",
    year: 2020,
    source: "github.com/yuhuixu1993/PC-DARTS (b74702f), genotypes.py, PC_DARTS_cifar",
    printed: 3.6,
    normal: "sep3:1 skip:0 sep3:0 dil3:1 sep5:0 sep3:1 avg:0 dil3:1",
    reduce: "sep5:1 max:0 sep5:1 sep5:2 sep3:0 sep3:3 sep3:1 sep3:2",
  },
  {
    name: "pc-darts-imagenet",
    title: "PC-DARTS on ImageNet",
    paper: "PC-DARTS: Partial Channel Connections for Memory-Efficient Architecture Search",
    year: 2020,
    source: "github.com/yuhuixu1993/PC-DARTS (b74702f), genotypes.py, PC_DARTS_image",
    data: "imagenet",
    printed: 5.3,
    normal: "skip:1 sep3:0 sep3:0 skip:1 sep3:1 sep3:3 sep3:1 dil5:4",
    reduce: "sep3:0 skip:1 dil5:2 max:1 sep3:2 sep3:1 sep5:0 sep3:3",
  },
  {
    name: "sdarts-rs",
    title: "SDARTS-RS",
    paper: "Stabilizing Differentiable Architecture Search via Perturbation-based Regularization",
    year: 2020,
    source: "github.com/xiangning-chen/SmoothDARTS (d3dbfed), sota/cnn/genotypes.py, c10_s5_random",
    printed: 3.4,
    note: "the code's cell is larger than the printed figure; why was not found",
    normal: "sep3:1 sep3:0 sep5:1 skip:0 sep3:3 skip:1 sep3:1 dil3:2",
    reduce: "max:0 sep3:1 skip:2 max:0 dil5:3 max:0 sep3:2 sep5:3",
  },
  {
    name: "sdarts-adv",
    title: "SDARTS-ADV",
    paper: "Stabilizing Differentiable Architecture Search via Perturbation-based Regularization",
    year: 2020,
    source: "github.com/xiangning-chen/SmoothDARTS (d3dbfed), sota/cnn/genotypes.py, c10_s5_pgd",
    printed: 3.3,
    normal: "sep3:0 sep3:1 sep3:1 skip:0 sep5:0 dil3:3 dil3:4 skip:0",
    reduce: "max:0 sep5:1 skip:2 max:0 skip:3 skip:2 skip:2 sep5:4",
  },
  {
    name: "gaea-cifar10",
    title: "GAEA PC-DARTS on CIFAR-10",
    paper: "Geometry-Aware Gradient Algorithms for Neural Architecture Search",
    year: 2021,
    source: "github.com/liamcli/PC-DARTS (dc3cfe0), genotypes.py, pcdartseedartscifar103103",
    printed: 3.7,
    note: "that this is the paper's cell is inferred from its name in the first author's code",
    normal: "sep3:1 skip:0 sep3:1 skip:2 sep3:1 sep3:2 sep3:0 dil3:4",
    reduce: "max:0 max:1 sep5:0 sep5:2 dil3:3 sep5:2 sep5:4 sep3:1",
  },
  {
    name: "gaea-imagenet",
    title: "GAEA PC-DARTS on ImageNet",
    paper: "Geometry-Aware Gradient Algorithms for Neural Architecture Search",
    year: 2021,
    source: "github.com/determined-ai/determined, examples/nas/gaea_pytorch/eval/model_def.py",
    data: "imagenet",
    printed: 5.6,
    note: "above the mobile setting's 600 million multiply-adds; that example adds squeeze-and-excitation and swish, which are not counted here",
    normal: "skip:1 skip:0 sep3:2 sep3:1 sep5:2 sep3:0 sep5:3 sep5:2",
    reduce: "max:1 sep3:0 sep5:1 dil5:2 sep3:1 sep3:3 sep5:1 max:2",
  },
  {
    name: "drnas-cifar10",
    title: "DrNAS on CIFAR-10",
    paper: "DrNAS: Dirichlet Neural Architecture Search",
    year: 2021,
    source: "github.com/xiangning-chen/DrNAS (f2caa4d), DARTS-space/genotypes.py, DrNAS_cifar10",
    printed: 4.1,
    normal: "sep3:0 sep5:1 sep3:1 sep3:2 skip:0 sep3:1 sep3:2 dil5:3",
    reduce: "max:0 sep5:1 dil5:2 sep5:1 sep5:1 dil5:3 skip:4 sep5:1",
  },
  {
    name: "drnas-imagenet",
    title: "DrNAS on ImageNet",
    paper: "DrNAS: Dirichlet Neural Architecture Search",
    year: 2021,
    source: "github.com/xiangning-chen/DrNAS (f2caa4d), DARTS-space/genotypes.py, DrNAS_imagenet",
    data: "imagenet",
    printed: 5.7,
    note: "above the mobile setting's 600 million multiply-adds, to which the authors did not constrain it",
    normal: "sep3:1 sep3:0 sep3:0 sep3:1 sep3:0 dil3:3 skip:0 sep3:1",
    reduce: "max:0 sep3:1 sep3:0 skip:2 sep3:0 sep3:2 sep3:3 sep3:1",
  },
];

/** Of DARTS's cells. */
const INPUTS = 2;

/** GDAS's fixed reduction cell (its authors' code): each input through grouped convolutions that are long one way, and through max pooling. */
const long = (rows: number, columns: number) => ({ kind: "convolution", window: [rows, columns], groups: 8 }) as const;
const inGroups: Operation = {
  name: "conv_1x3_3x1_grouped",
  title: "conv 1×3, 3×1 in 8 groups",
  steps: () => [
    { kind: "relu" },
    long(1, 3),
    long(3, 1),
    { kind: "norm" },
    { kind: "relu" },
    { kind: "convolution", window: [1, 1] },
    { kind: "norm" },
  ],
};
const normalisedPool: Operation = {
  name: "max_pool_3x3_norm",
  title: "max pool 3×3, batch norm",
  steps: () => [{ kind: "max-pool" }, { kind: "norm" }],
};
const FIXED_REDUCTION: readonly Omit<DesignEdge, "place">[] = [inGroups, normalisedPool].flatMap((operation, k) =>
  [0, 1].map((from) => ({ from, to: INPUTS + 2 * k + from, operation })),
);

function cellDesign({ genes, concat }: CellGenotype): CellDesign {
  const edges =
    genes?.map(([name, from], k) => ({ from, to: INPUTS + Math.floor(k / 2), operation: operationNamed(name) })) ??
    FIXED_REDUCTION;
  const nodes = 1 + Math.max(...edges.map(({ to }) => to));
  return {
    inputs: INPUTS,
    nodes,
    operationsOn: "edges",
    output: concat,
    edges: edges.map((edge, place) => ({ ...edge, place })),
  };
}

/** A published architecture. Its own network is DARTS's, whatever the paper's was. */
export class PublishedGenotype {
  readonly name: string;
  /** The method, as papers write it. */
  readonly title: string;
  readonly paper: string;
  /** Of the conference. */
  readonly year: number;
  /** Where the genotype is to be had. */
  readonly source: string;
  /** What it was found for, and what `printed` is of. */
  readonly data: PublishedData;
  /** Millions of parameters that the paper prints. */
  readonly printed: number;
  /** Why ours differ, and what else has to be known; "" if nothing. */
  readonly note: string;
  readonly genotype: Genotype;

  constructor({ name, title, paper, year, source, data = "cifar10", printed, note = "", ...row }: Row) {
    this.name = name;
    this.title = title;
    this.paper = paper;
    this.year = year;
    this.source = source;
    this.data = data;
    this.printed = printed;
    this.note = note;
    const { normal, reduce } = row.concat ?? { normal: [2, 3, 4, 5], reduce: [2, 3, 4, 5] };
    this.genotype = {
      normal: { genes: genesOf(row.normal), concat: normal },
      reduce: { genes: row.reduce === null ? null : genesOf(row.reduce), concat: reduce },
    };
  }

  /** In DARTS's network for some data; without them, its own. */
  design(data: PublishedData = this.data): Design {
    const cells = { normal: cellDesign(this.genotype.normal), reduce: cellDesign(this.genotype.reduce) };
    const cell = (name: string) => cells[name as keyof typeof cells];
    return {
      title: this.title,
      layers(size) {
        const list = new LayerList(size);
        const network = data === "imagenet" ? imageNetNetwork : cifarNetwork;
        network(list, (name) => ({ ...cell(name), name, stride: name === "reduce" ? 2 : 1 }));
        return list.layers;
      },
      cell,
      auxiliary: behindSecondReduction,
    };
  }

  /** What DARTS's network for some data costs with these cells. @param size where it differs from DARTS's final network. */
  cost(data: PublishedData = this.data, size: Partial<NetworkSize> = {}): Cost {
    const { finalSize } = data === "imagenet" ? spaces.dartsImageNet() : spaces.darts();
    return costOf(this.design(data), { ...finalSize, ...size });
  }

  /** The same cells as an architecture of a space; null if the space does not have them. */
  in(space: SearchSpace): Architecture | null {
    try {
      return space.parse(this.toString());
    } catch (error) {
      if (error instanceof UserError) return null;
      throw error;
    }
  }

  /** In DARTS's notation. */
  toString(): string {
    return printGenotype(this.genotype);
  }
}

/** Published architectures by name. */
export const published: Readonly<Record<string, PublishedGenotype>> = Object.fromEntries(
  ROWS.map((row) => [row.name, new PublishedGenotype(row)]),
);
