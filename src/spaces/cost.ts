// What a network costs, told from its description alone: trainable parameters, multiply-adds, and the memory of its feature maps.
import { type CellDesign, type Design, edgesInUse } from "./design";
import { type CellLayer, isCell, type Layer, type MapShape, type NetworkSize, strided } from "./layers";
import { placedVertices } from "./nasbench101";
import { looksBeyondAPixel, type PlacedStep, preprocessing, type Step } from "./operations";

/** The cost of one image's forward pass. */
export interface Cost {
  /** Trainable numbers, batch norms' scales and offsets among them. */
  readonly parameters: number;
  /** Of convolutions' and the classifier's weights; what is multiplied with padding counts too, biases, batch norms and poolings do not. */
  readonly multiplyAdds: number;
  /**
   * Bytes of the float32 maps that all layers write: convolutions, batch norms, ReLUs, poolings, sums, concatenations, each operation its
   * own. Training keeps about as much until the gradients are taken; a framework that fuses or shares layers less.
   */
  readonly activationBytes: number;
}

/** What a step of an operation costs and gives. */
export interface StepCost {
  readonly step: Step;
  /** Its number in the operation. */
  readonly index: number;
  /** What it gives. */
  readonly output: MapShape;
  /** Of its filters, [rows, columns, inputs, outputs]. */
  readonly filters: readonly (readonly [number, number, number, number])[];
  readonly multiplyAdds: number;
}

/** The steps of an operation with their sizes, by the rules that networks are built by. @param input what the operation takes in. */
export function stepsOf({ operation, inputs, outputs, stride }: PlacedStep, input: MapShape): StepCost[] {
  const steps = operation.steps(stride) ?? [];
  const pointwise = !steps.some(looksBeyondAPixel);
  let shape: MapShape = { ...input, channels: inputs };
  let taken = stride === 1;
  return steps.map((step, index) => {
    const before = shape;
    const filters: [number, number, number, number][] = [];
    let after = shape;
    const stride2 = (may: boolean) => {
      if (taken || !may) return;
      taken = true;
      after = { ...after, ...strided(before, 2) };
    };
    switch (step.kind) {
      case "convolution": {
        const [rows, columns] = step.window;
        after = { ...before, channels: step.expansion ? step.expansion * inputs : outputs };
        filters.push([rows, columns, before.channels / (step.groups ?? 1), after.channels]);
        if (rows === columns) stride2(rows > 1 || pointwise);
        else if (stride === 2) after = { ...after, ...longWay(before, step.window) };
        break;
      }
      case "depthwise":
        filters.push([step.window, step.window, before.channels, 1]);
        stride2(true);
        break;
      case "factorised": {
        const half = Math.floor(outputs / 2);
        filters.push([1, 1, before.channels, half], [1, 1, before.channels, outputs - half]);
        after = { ...strided(before, 2), channels: outputs };
        taken = true;
        break;
      }
      case "max-pool":
      case "average-pool":
      case "noise":
      case "function":
        stride2(true);
    }
    shape = after;
    const pixels = after.height * after.width;
    const own = step.kind === "function" ? pixels * after.channels * (step.own.multiplyAdds ?? 0) : 0;
    return { step, index, output: after, filters, multiplyAdds: own + pixels * sum(filters.map(sizeOf)) };
  });
}

/** A window that is long one way takes its stride that way. */
const longWay = ({ height, width }: MapShape, [rows, columns]: readonly [number, number]) => ({
  height: rows > 1 ? Math.ceil(height / 2) : height,
  width: columns > 1 ? Math.ceil(width / 2) : width,
});

/** An operation of an architecture's own network. */
function costOfOperation(placed: PlacedStep, input: MapShape): Cost {
  const { operation, inputs, outputs, stride } = placed;
  const own = stepsOf(placed, input).filter(({ step }) => !(step.kind === "norm" && step.searchOnly));
  const added = operation.residual && stride === 1 && inputs === outputs;
  return total([
    ...own.map(({ step, filters, multiplyAdds, output }) => ({
      parameters: sum(filters.map(sizeOf)) + (step.kind === "norm" && (step.affine ?? true) ? 2 * output.channels : 0),
      multiplyAdds,
      activationBytes: bytesOf(output),
    })),
    ...(added ? [maps(input)] : []),
  ]);
}

function costOfCell(layer: CellLayer, cell: CellDesign): Cost {
  if (cell.operationsOn === "nodes") return costOfModule(layer, cell);
  const { channels, inputs, output, stride } = layer;
  const inner: MapShape = { ...output, channels };
  const before = preprocessing(layer);
  const incoming = before.length > 0 ? channels : inputs[0].channels;
  const edges = edgesInUse(cell).map(({ operation, from }) => {
    const fromInput = from < cell.inputs;
    const placed = { operation, inputs: fromInput ? incoming : channels, outputs: channels };
    return fromInput
      ? costOfOperation({ ...placed, stride }, { ...layer.input, channels: incoming })
      : costOfOperation({ ...placed, stride: 1 }, inner);
  });
  const targets = edgesInUse(cell).map(({ to }) => to);
  const sums = new Set(targets.filter((to, k) => targets.indexOf(to) < k)).size;
  return total([
    ...before.map((placed, k) => costOfOperation(placed, inputs[k])),
    ...edges,
    maps(...new Array<MapShape>(sums).fill(inner), ...(cell.output.length > 1 ? [output] : [])), // the concatenation
  ]);
}

/** A cell whose operations stand on nodes. */
function costOfModule(layer: CellLayer, cell: CellDesign): Cost {
  const vertices = placedVertices(cell, layer);
  const output = vertices.at(-1);
  const costs = vertices.map((vertex) => {
    const { channels, parents, projection, operation } = vertex;
    const map: MapShape = { ...layer.output, channels };
    const cut = parents.filter((parent) => vertex !== output && vertices[parent - 1].channels > channels);
    const terms = (vertex === output ? 1 : parents.length) + (projection ? 1 : 0);
    const joined = (terms > 1 ? 1 : 0) + (vertex === output && parents.length > 1 ? 1 : 0); // summed, concatenated
    return total([
      ...(projection ? [costOfOperation(projection, layer.input)] : []),
      maps(...new Array<MapShape>(cut.length + joined).fill(map)),
      ...(operation ? [costOfOperation(operation, map)] : []),
    ]);
  });
  return total(costs);
}

/** A convolution with its affine batch norm, without a ReLU. */
function convolutionCost(window: number, input: MapShape, output: MapShape): Cost {
  const weights = window ** 2 * input.channels * output.channels;
  return {
    parameters: weights + 2 * output.channels,
    multiplyAdds: output.height * output.width * weights,
    activationBytes: 2 * bytesOf(output),
  };
}

/** A layer around the cells. */
function costOfLayer(layer: Exclude<Layer, CellLayer>): Cost {
  const { input, output } = layer;
  switch (layer.kind) {
    case "convolution":
      return total([
        convolutionCost(layer.window, input, output),
        ...(layer.activation === "none" ? [] : [maps(layer.activation === "before" ? input : output)]),
      ]);
    case "residual": {
      const pooled = { ...output, channels: input.channels };
      const shortcut = input.channels * output.channels; // without a batch norm
      return total([
        convolutionCost(3, input, output),
        convolutionCost(3, output, output),
        maps(input, output, pooled, output, output), // two ReLUs, the shortcut's pooling and convolution, the sum
        { parameters: shortcut, multiplyAdds: output.height * output.width * shortcut, activationBytes: 0 },
      ]);
    }
    case "pool":
      return maps(output);
    case "operation":
      return costOfOperation(
        { operation: layer.operation, inputs: input.channels, outputs: output.channels, stride: layer.stride },
        input,
      );
    case "head": {
      const [inputs, classes] = [input.channels, output.channels];
      return {
        parameters: (layer.norm ? 2 * inputs : 0) + inputs * classes + classes,
        multiplyAdds: inputs * classes,
        activationBytes: (layer.norm ? 2 * bytesOf(input) : 0) + 4 * (inputs + classes),
      };
    }
  }
}

/** Layers without weights that give these maps. */
const maps = (...given: readonly MapShape[]): Cost => ({
  parameters: 0,
  multiplyAdds: 0,
  activationBytes: sum(given.map(bytesOf)),
});

/** What an architecture's own network of this size costs; the auxiliary tower aside, which only training has. */
export function costOf(design: Design, size: NetworkSize): Cost {
  const known = new Map<string, Cost>(); // most cells have the sizes of the one before
  return total(
    design.layers(size).map((layer) => {
      if (!isCell(layer)) return costOfLayer(layer);
      const { cell, channels, stride, inputs } = layer;
      const sizes = inputs.map((map) => `${map.height},${map.width},${map.channels}`).join(" ");
      const alike = `${cell} ${channels} ${stride} ${sizes}`;
      if (!known.has(alike)) known.set(alike, costOfCell(layer, design.cell(cell)));
      return known.get(alike)!;
    }),
  );
}

function total(costs: readonly Cost[]): Cost {
  const all = { parameters: 0, multiplyAdds: 0, activationBytes: 0 };
  for (const { parameters, multiplyAdds, activationBytes } of costs) {
    all.parameters += parameters;
    all.multiplyAdds += multiplyAdds;
    all.activationBytes += activationBytes;
  }
  return all;
}

const bytesOf = ({ height, width, channels }: MapShape) => 4 * height * width * channels;
const sizeOf = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
