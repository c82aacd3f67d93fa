// A TensorFlow graph as bytes: NodeDef, AttrValue, TensorProto, GraphDef and ConfigProto of tensorflow/core/{framework,protobuf}/*.proto.
// The comments give the names of the numbered fields.
import type { backend_util } from "@tensorflow/tfjs";
import type { Binding, OpAttribute } from "./native";
import { bytesField, fixed32, floatField, integerField, message, varint } from "./protobuf";

/** The version of the GraphDef format written: recent enough that TensorFlow applies none of its conversions of old graphs. */
const PRODUCER = 1500;

/** Encoded attributes of a node, by name. */
export type Attributes = readonly (readonly [name: string, value: Buffer])[];

/** A node: `op` applied to `inputs`, each the name of a node, or `name:k` for its output k > 0. */
export function nodeDef(name: string, op: string, inputs: readonly string[], attributes: Attributes): Buffer {
  return message(
    bytesField(1, name), // name
    bytesField(2, op), // op
    ...inputs.map((input) => bytesField(3, input)), // input
    ...attributes.map(([key, value]) => bytesField(5, message(bytesField(1, key), bytesField(2, value)))), // attr
  );
}

export function typeValue(dtype: number): Buffer {
  return integerField(6, dtype); // type
}

export function shapeValue(shape: readonly number[]): Buffer {
  return bytesField(7, shapeProto(shape)); // shape
}

/** The value of an attribute of one of the kinds that the binding knows. */
export function attributeValue(binding: Binding, { name, type, value }: OpAttribute): Buffer {
  switch (type) {
    case binding.TF_ATTR_STRING:
      return bytesField(2, value as string); // s
    case binding.TF_ATTR_TYPE:
      return typeValue(value as number);
    case binding.TF_ATTR_SHAPE:
      return shapeValue(value as number[]);
    case binding.TF_ATTR_INT: // list.i, i
      return Array.isArray(value) ? list(3, value.map(varint)) : integerField(3, value as number);
    case binding.TF_ATTR_FLOAT: // list.f, f
      return Array.isArray(value) ? list(4, value.map(fixed32)) : floatField(4, value as number);
    case binding.TF_ATTR_BOOL: // list.b, b
      return Array.isArray(value) ? list(5, value.map(varint)) : integerField(5, Number(value));
  }
  throw new TypeError(`compile: attribute "${name}" has the type ${type}, which cannot be saved`);
}

/** A constant tensor; one whose elements are all equal takes the room of one. */
export function tensorValue(
  binding: Binding,
  dtype: number,
  shape: readonly number[],
  data: backend_util.TypedArray,
): Buffer {
  return bytesField(
    8, // tensor
    message(integerField(1, dtype), bytesField(2, shapeProto(shape)), content(binding, dtype, data)), // dtype, tensor_shape
  );
}

/** The bytes of a GraphDef of these nodes. */
export function graphDef(nodes: readonly Buffer[]): Buffer {
  return message(...nodes.map((node) => bytesField(1, node)), bytesField(4, integerField(1, PRODUCER))); // node, versions
}

/**
 * A ConfigProto that leaves out TensorFlow's graph optimiser: what it would find, equal operations and constants, a trace has merged
 * already, and at five cells a stage it takes three seconds.
 */
export function sessionConfig(): Buffer {
  const rewriter = integerField(19, 1); // disable_meta_optimizer
  return message(bytesField(10, message(bytesField(10, message(rewriter))))); // graph_options.rewrite_options
}

/** The memory of a typed array as a buffer, not copied. */
export function bytesOf(data: ArrayBufferView): Buffer {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
}

function list(field: number, items: readonly Buffer[]): Buffer {
  return bytesField(1, items.length > 0 ? bytesField(field, Buffer.concat(items)) : Buffer.alloc(0)); // list
}

function shapeProto(shape: readonly number[]): Buffer {
  return message(...shape.map((size) => bytesField(2, integerField(1, size)))); // dim.size
}

function content(binding: Binding, dtype: number, data: backend_util.TypedArray): Buffer {
  if (data.length > 1 && data.every((x) => x === data[0])) {
    if (dtype === binding.TF_FLOAT) return floatField(5, data[0]); // float_val
    if (dtype === binding.TF_INT32) return integerField(7, data[0]); // int_val
    if (dtype === binding.TF_BOOL) return integerField(11, data[0]); // bool_val
  }
  return bytesField(4, bytesOf(data)); // tensor_content
}
