// Feature maps as rows of channels, one for each pixel of each image, and their moments by channel.
#pragma once

#include <cmath>
#include <vector>

#include "lanes.h"

namespace naslab {

/** Rows that one task takes: their sums are in float, those of the tasks in double, in order, so that threads do not change them. */
constexpr int64_t kRows = 256;

/** A feature map as rows. */
struct Rows {
  explicit Rows(const tensorflow::TensorShape& shape)
      : channels(shape.dim_size(shape.dims() - 1)), count(shape.num_elements() / channels), tasks((count + kRows - 1) / kRows) {}
  const int64_t channels, count, tasks;
};

/** Calls body(width, task, first, last, channel) for each block of rows and each group of channels, on the cores of the device. */
template <typename Body>
void ForBlocks(tensorflow::OpKernelContext* context, const Rows& rows, int64_t costOfRow, const Body& body) {
  WithGroups(rows.channels, [&](auto width) {
    ForTasks(context, rows.tasks, kRows * costOfRow, [&](int64_t task) {
      for (int64_t channel = 0; channel < rows.channels; channel += width)
        body(width, task, task * kRows, std::min(rows.count, (task + 1) * kRows), channel);
    });
  });
}

/** Adds the tasks' partial sums [tasks, count] in double, in their order: threads do not change the result. */
inline std::vector<double> Total(const std::vector<float>& partial, int64_t count) {
  std::vector<double> total(count);
  for (size_t k = 0; k < partial.size(); k += count)
    for (int64_t c = 0; c < count; c++) total[c] += partial[k + c];
  return total;
}

/**
 * Mean, unbiased variance and 1/σ of each map, [maps, channels], out of sums of x − x₀ and its square, x₀ the channel's first value: no
 * cancellation where the mean is large.
 */
inline void Moments(tensorflow::OpKernelContext* context, const std::vector<const float*>& maps, const Rows& rows, double epsilon,
                    float* mean, float* variance, float* inverse) {
  const int64_t terms = maps.size(), channels = rows.channels, count = 2 * terms * channels;
  std::vector<float> partial(rows.tasks * count);
  ForBlocks(context, rows, 2 * channels * terms, [&](auto width, int64_t task, int64_t first, int64_t last, int64_t c) {
    using Lanes = typename Group<width>::Lanes;
    for (int k = 0; k < terms; k++) {
      const float* x = maps[k] + c;
      const Lanes shift = Group<width>::At(x);
      Lanes sums[4] = {}, squares[4] = {};  // four of each: a sum need not wait for the one before
      for (int64_t row = first; row < last; row++) {
        const Lanes d = Group<width>::At(x + row * channels) - shift;
        sums[row % 4] += d;
        squares[row % 4] += d * d;
      }
      float* to = partial.data() + task * count + 2 * k * channels + c;
      Group<width>::At(to) = (sums[0] + sums[1]) + (sums[2] + sums[3]);
      Group<width>::At(to + channels) = (squares[0] + squares[1]) + (squares[2] + squares[3]);
    }
  });
  const auto total = Total(partial, count);
  for (int k = 0; k < terms; k++) {
    for (int64_t c = 0; c < channels; c++) {
      const double d = total[2 * k * channels + c] / rows.count;
      const double v = std::max(0.0, total[(2 * k + 1) * channels + c] / rows.count - d * d);
      mean[k * channels + c] = maps[k][c] + d;
      variance[k * channels + c] = v * rows.count / std::max<int64_t>(1, rows.count - 1);
      inverse[k * channels + c] = 1 / std::sqrt(v + epsilon);
    }
  }
}

}  // namespace naslab
