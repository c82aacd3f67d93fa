// What NASLab uses of tfjs-node's backend: TensorFlow's eager kernels by name, and sessions of saved graphs.
// The package itself is loaded only where it is installed and built, so its types are restated here.
import * as tf from "@tensorflow/tfjs";

/** An attribute of a TensorFlow operation, as the binding takes it; `type` is one of the binding's TF_ATTR constants. */
export interface OpAttribute {
  name: string;
  type: number;
  value: boolean | number | string | readonly number[] | readonly string[] | readonly boolean[];
}

/** What the binding tells of a tensor that it made. `dtype` is TensorFlow's number of the type. */
export interface TensorMetadata {
  id: number;
  shape: number[];
  dtype: number;
}

/** A session of the binding. */
export type LoadedGraph = object & { readonly loaded: unique symbol };

/** The native binding: tensors are numbers here. */
export interface Binding {
  createTensor(shape: number[], dtype: number, data: tf.backend_util.BackendValues): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): tf.backend_util.TypedArray;
  executeOp(op: string, attributes: OpAttribute[], inputs: number[], outputs: number): TensorMetadata[];
  /** A session of a GraphDef. `config`: a ConfigProto; `feeds`, `fetches`: names of operations, separated by commas. */
  loadGraph(graphDef: Uint8Array, config: Uint8Array, feeds: string, fetches: string): LoadedGraph;
  runGraph(graph: LoadedGraph, inputs: Int32Array, profile: boolean): TensorMetadata[] & { metadata?: Uint8Array };
  closeGraph(graph: LoadedGraph): void;
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_BOOL: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_FLOAT: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_SHAPE: number;
  readonly TF_Version: string;
}

/** tfjs-node's backend. `values` of an entry of `tensorMap` are host data that wait to be uploaded at first use. */
export interface NativeBackend extends tf.KernelBackend {
  binding: Binding;
  readonly isUsingGpuDevice: boolean;
  readonly tensorMap: {
    get(dataId: object): { id: number; shape: number[]; dtype: number; values: tf.backend_util.BackendValues | null };
    has(dataId: object): boolean;
  };
  getDTypeInteger(dtype: tf.DataType): number;
  getInputTensorIds(tensors: readonly tf.TensorInfo[]): number[];
  createOutputTensor(metadata: TensorMetadata): tf.Tensor;
  executeSingleOutput(op: string, attributes: OpAttribute[], inputs: readonly tf.TensorInfo[]): tf.Tensor;
  executeMultipleOutputs(
    op: string,
    attributes: OpAttribute[],
    inputs: readonly tf.TensorInfo[],
    outputs: number,
  ): tf.Tensor[];
  getNumOfSavedModels(): number;
  getNumOfTFTensors(): number;
}

/** The name under which tfjs-node registers its backend. */
export const NATIVE = "tensorflow";

/** The native backend if it is the one in use, else null. */
export function nativeBackend(): NativeBackend | null {
  return tf.getBackend() === NATIVE ? (tf.backend() as NativeBackend) : null;
}

/** The native backend if it is in use and computes on the CPU, which the kernels of binding/ are for; else null. */
export function nativeCpuBackend(): NativeBackend | null {
  const backend = nativeBackend();
  return backend?.isUsingGpuDevice ? null : backend;
}

/** The attribute that names the element type float32: nearly every kernel has one, mostly called T. */
export function floatType(binding: Binding, name = "T"): OpAttribute {
  return { name, type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT };
}
