import { testKernels } from "./kernels";

testKernels("native");
