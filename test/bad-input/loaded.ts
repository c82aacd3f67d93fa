// Required before a command: tells at its end which of TensorFlow's modules it has loaded.
import { writeFileSync } from "node:fs";

process.on("exit", () => {
  const loaded = Object.keys(require.cache).filter((path) => path.includes("/@tensorflow/"));
  writeFileSync(process.env.NASLAB_TEST_LOADED!, JSON.stringify(loaded));
});
