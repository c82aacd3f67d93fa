// The one copy of TensorFlow.js that the whole package shares; every backend registers itself with it.
import * as tf from "@tensorflow/tfjs";

export { tf };
