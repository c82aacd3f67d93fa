// Vectors of neighbouring channels, and loops over them on the device's cores.
#pragma once

#include <algorithm>
#include <type_traits>

#include "tensorflow/core/framework/op_kernel.h"

namespace naslab {

/** W neighbouring channels, as one vector of the processor. */
template <int W>
struct Group {
  typedef float Lanes __attribute__((vector_size(W * sizeof(float)), aligned(4), may_alias));
  static const Lanes& At(const float* from) { return *reinterpret_cast<const Lanes*>(from); }
  static Lanes& At(float* to) { return *reinterpret_cast<Lanes*>(to); }
};

/** The widest vector. */
constexpr int kLanes = 16;
using Lanes = Group<kLanes>::Lanes;
inline Lanes& At(float* to) { return Group<kLanes>::At(to); }
inline const Lanes& At(const float* from) { return Group<kLanes>::At(from); }

/** Calls body(width) with the widest group that divides the channels. */
template <typename Body>
void WithGroups(int64_t channels, const Body& body) {
  if (channels % 16 == 0) return body(std::integral_constant<int, 16>());
  if (channels % 8 == 0) return body(std::integral_constant<int, 8>());
  if (channels % 4 == 0) return body(std::integral_constant<int, 4>());
  body(std::integral_constant<int, 1>());
}

/** Calls body(begin, end) for ranges that make up the tasks, on the cores of the device. */
template <typename Body>
void ForRanges(tensorflow::OpKernelContext* context, int64_t tasks, int64_t cost, const Body& body) {
  context->device()->tensorflow_cpu_worker_threads()->workers->ParallelFor(tasks, cost, body);
}

/** Calls body(task) for each of a number of tasks, on the cores of the device. */
template <typename Body>
void ForTasks(tensorflow::OpKernelContext* context, int64_t tasks, int64_t cost, const Body& body) {
  ForRanges(context, tasks, cost, [&](int64_t begin, int64_t end) {
    for (int64_t task = begin; task < end; task++) body(task);
  });
}

inline const float* DataOf(const tensorflow::Tensor& tensor) { return tensor.flat<float>().data(); }

}  // namespace naslab
