// NAS-Bench-101's file as its authors write it: TFRecords of JSON arrays with a ModelMetrics message in base64.
import { bytesField, doubleField, integerField, message } from "../../src/backend/protobuf";
import { record } from "../../src/backend/tfrecord";
import { type ModelSpec, moduleHash } from "../../src/spaces";

/** Accuracies as fractions, at the end of a training; half of them in its middle. */
export interface Trained {
  readonly epochs: number;
  readonly seconds: number;
  readonly valid: number;
  readonly test: number;
}

const evaluation = (epoch: number, seconds: number, train: number, valid: number, test: number) =>
  bytesField(
    1,
    message(
      doubleField(1, epoch),
      doubleField(2, seconds),
      doubleField(3, train),
      doubleField(4, valid),
      doubleField(5, test),
      bytesField(6, "/model/ckpt"),
    ),
  );

export function recordOf(spec: ModelSpec, parameters: number, { epochs, seconds, valid, test }: Trained): Buffer {
  const metrics = message(
    evaluation(0, 0, 0.1, 0.1, 0.1),
    evaluation(epochs / 2, seconds / 2, 0.5, valid / 2, test / 2),
    evaluation(epochs, seconds, 1, valid, test),
    integerField(2, parameters),
    doubleField(3, seconds + 60),
  );
  const matrix = spec.matrix.flat().join("");
  const row = [moduleHash(spec), epochs, matrix, spec.ops.join(","), metrics.toString("base64")];
  return record(Buffer.from(JSON.stringify(row)));
}
