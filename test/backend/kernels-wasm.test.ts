import { testKernels } from "./kernels";

testKernels("wasm");
