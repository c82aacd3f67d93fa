// Pooling over windows of 3×3 pixels with a border that does not count, and of 2×2 without one, and its gradient. TensorFlow's kernels
// have another border, and are slow where the channels are no multiple of 16.
//
// Feature maps are [batch, height, width, channels].
#include <limits>

#include "planes.h"
#include "tensorflow/core/framework/common_shape_fns.h"
#include "tensorflow/core/framework/op.h"

namespace naslab {
namespace {

using tensorflow::OpKernel;
using tensorflow::OpKernelConstruction;
using tensorflow::OpKernelContext;
using tensorflow::Tensor;

/** What a pooling knows of its shapes. */
struct Pooling {
  Pooling(const Tensor& x, int64_t size, int64_t stride)
      : batch(x.dim_size(0)), blocks(x.dim_size(3)), windows(x.dim_size(1), x.dim_size(2), size, stride, 1),
        plane(windows.height, windows.width, windows.border, stride, blocks) {}
  int64_t image() const { return windows.height * windows.width * blocks.channels; }
  int64_t outputs() const { return windows.rows * windows.columns * blocks.channels; }
  int64_t vectors() const { return (windows.columns * blocks.width + kLanes - 1) / kLanes; }
  /** Calls body(size, width) with those of the windows and the blocks. */
  template <typename Body>
  void With(const Body& body) const {
    WithWidth(blocks, [&](auto width) {
      if (windows.size == 3) return body(std::integral_constant<int, 3>(), width);
      body(std::integral_constant<int, 2>(), width);
    });
  }
  const int64_t batch;
  const Blocks blocks;
  const Windows windows;
  const Plane plane;
};

constexpr float kLeast = -std::numeric_limits<float>::infinity();

/** A vector of windows' maxima. */
template <int K>
inline Lanes Maximum(const float* from, const Taps<K>& taps) {
  Lanes most = At(from);
#pragma GCC unroll 3
  for (int t = 0; t < K; t++)
#pragma GCC unroll 3
    for (int u = 0; u < K; u++) {
      const Lanes x = At(from + t * taps.row + taps.column[u]);
      most = x > most ? x : most;
    }
  return most;
}

template <int K>
inline Lanes Sum(const float* from, const Taps<K>& taps) {
  Lanes sum{};
#pragma GCC unroll 3
  for (int t = 0; t < K; t++)
#pragma GCC unroll 3
    for (int u = 0; u < K; u++) sum += At(from + t * taps.row + taps.column[u]);
  return sum;
}

/** One over how many of a window's rows, or columns, are pixels. */
float Share(const Windows& windows, int64_t window, int64_t pixels) {
  const int64_t first = window * windows.stride - windows.border;
  return 1.0f / (std::min(first + windows.size, pixels) - std::max<int64_t>(first, 0));
}

/** A row of windows, each with the same number in all its lanes: the share of its columns. */
std::vector<float> Shares(const Pooling& shape) {
  std::vector<float> shares(shape.vectors() * kLanes);
  for (int64_t k = 0; k < shape.windows.columns * shape.blocks.width; k++) shares[k] = Share(shape.windows, k / shape.blocks.width, shape.windows.width);
  return shares;
}

/** Pooling(x): maxima or means. */
class Pool : public OpKernel {
 public:
  explicit Pool(OpKernelConstruction* construction) : OpKernel(construction) {
    OP_REQUIRES_OK(construction, construction->GetAttr("maximum", &maximum_));
    OP_REQUIRES_OK(construction, construction->GetAttr("size", &size_));
    OP_REQUIRES_OK(construction, construction->GetAttr("stride", &stride_));
  }

  void Compute(OpKernelContext* context) override {
    const Tensor& x = context->input(0);
    const Pooling shape(x, size_, stride_);
    const Windows& windows = shape.windows;
    Tensor* y;
    OP_REQUIRES_OK(context, context->allocate_output(0, {shape.batch, windows.rows, windows.columns, shape.blocks.channels}, &y));
    const auto shares = Shares(shape);
    shape.With([&](auto size, auto width) {
      using Vector = typename Group<width>::Lanes;
      const Taps<size> taps(shape.plane, 1);
      ForRanges(context, shape.batch, shape.outputs() * size_ * size_, [&](int64_t first, int64_t last) {
        std::vector<float> plane(shape.plane.size, maximum_ ? kLeast : 0), row(shape.vectors() * kLanes);
        for (int64_t n = first * shape.blocks.count; n < last * shape.blocks.count; n++) {
          const int64_t image = n / shape.blocks.count, b = n % shape.blocks.count, channels = shape.blocks.in(b);
          Fill<width>(DataOf(x) + image * shape.image(), windows.height, windows.width, shape.blocks, b, shape.plane, plane.data(), [](const Vector& x) { return x; });
          float* to = y->flat<float>().data() + image * shape.outputs() + b * width;
          for (int64_t i = 0; i < windows.rows; i++) {
            const float* from = plane.data() + i * windows.stride * shape.plane.line;
            if (maximum_) {
              for (int64_t v = 0; v < row.size(); v += kLanes) At(row.data() + v) = Maximum<size>(from + v, taps);
            } else {
              const float share = Share(windows, i, windows.height);
              for (int64_t v = 0; v < row.size(); v += kLanes) At(row.data() + v) = Sum<size>(from + v, taps) * (share * At(shares.data() + v));
            }
            for (int64_t j = 0; j < windows.columns; j++, to += shape.blocks.channels) StoreSome<width>(Group<width>::At(row.data() + j * width), channels, to);
          }
        }
      });
    });
  }

 private:
  bool maximum_;
  int size_, stride_;
};

/** PoolGradient(dy, x): of maxima to the first of equal ones, row by row, as in PyTorch. */
class PoolGradient : public OpKernel {
 public:
  explicit PoolGradient(OpKernelConstruction* construction) : OpKernel(construction) {
    OP_REQUIRES_OK(construction, construction->GetAttr("maximum", &maximum_));
    OP_REQUIRES_OK(construction, construction->GetAttr("size", &size_));
    OP_REQUIRES_OK(construction, construction->GetAttr("stride", &stride_));
  }

  void Compute(OpKernelContext* context) override {
    const Tensor &dy = context->input(0), &x = context->input(1);
    const Pooling shape(x, size_, stride_);
    const Windows& windows = shape.windows;
    Tensor* dx;
    OP_REQUIRES_OK(context, context->allocate_output(0, x.shape(), &dx));
    const auto shares = Shares(shape);
    shape.With([&](auto size, auto width) {
      using Vector = typename Group<width>::Lanes;
      const Taps<size> taps(shape.plane, 1);
      ForRanges(context, shape.batch, 4 * shape.outputs() * size_ * size_, [&](int64_t first, int64_t last) {
        std::vector<float> plane(maximum_ ? shape.plane.size : 0, kLeast), gradient(shape.plane.size), row(shape.vectors() * kLanes);
        for (int64_t n = first * shape.blocks.count; n < last * shape.blocks.count; n++) {
          const int64_t image = n / shape.blocks.count, b = n % shape.blocks.count, channels = shape.blocks.in(b);
          if (maximum_)
            Fill<width>(DataOf(x) + image * shape.image(), windows.height, windows.width, shape.blocks, b, shape.plane, plane.data(), [](const Vector& x) { return x; });
          std::fill(gradient.begin(), gradient.end(), 0.0f);
          ForRows<width>(DataOf(dy) + image * shape.outputs(), shape, b, row.data(), [&](int64_t i) {
            const int64_t at = i * windows.stride * shape.plane.line;
            if (maximum_) {
              for (int64_t v = 0; v < row.size(); v += kLanes) ToFirst<size>(plane.data() + at + v, taps, At(row.data() + v), gradient.data() + at + v);
            } else {
              const float share = Share(windows, i, windows.height);
              for (int64_t v = 0; v < row.size(); v += kLanes) ToAll<size>(At(row.data() + v) * (share * At(shares.data() + v)), taps, gradient.data() + at + v);
            }
          });
          float* to = dx->flat<float>().data() + image * shape.image() + b * width;
          for (int64_t i = 0; i < windows.height; i++)
            for (int64_t j = 0; j < windows.width; j++, to += shape.blocks.channels)
              StoreSome<width>(Group<width>::At(gradient.data() + (i + windows.border) * shape.plane.line + shape.plane.at(j + windows.border)), channels, to);
        }
      });
    });
  }

 private:
  /** Calls body(row) with block b of each row of windows in `to`. */
  template <int W, typename Body>
  static void ForRows(const float* image, const Pooling& shape, int64_t b, float* to, const Body& body) {
    ForPixels<W>(image, shape.windows.rows, shape.windows.columns, shape.blocks, b, [&](int64_t row, int64_t column, const typename Group<W>::Lanes& dy) {
      Group<W>::At(to + column * W) = dy;
      if (column == shape.windows.columns - 1) body(row);
    });
  }

  template <int K>
  static void ToFirst(const float* from, const Taps<K>& taps, Lanes left, float* to) {
    const Lanes most = Maximum<K>(from, taps);
#pragma GCC unroll 3
    for (int t = 0; t < K; t++)
#pragma GCC unroll 3
      for (int u = 0; u < K; u++) {
        const int64_t at = t * taps.row + taps.column[u];
        const auto holds = At(from + at) == most;
        At(to + at) += holds ? left : Lanes{};
        left = holds ? Lanes{} : left;
      }
  }

  template <int K>
  static void ToAll(const Lanes& share, const Taps<K>& taps, float* to) {
#pragma GCC unroll 3
    for (int t = 0; t < K; t++)
#pragma GCC unroll 3
      for (int u = 0; u < K; u++) At(to + t * taps.row + taps.column[u]) += share;
  }

  bool maximum_;
  int size_, stride_;
};

REGISTER_OP("NaslabPool")
    .Input("x: float")
    .Attr("maximum: bool")
    .Attr("size: int")
    .Attr("stride: int")
    .Output("y: float")
    .SetShapeFn(tensorflow::shape_inference::UnknownShape);
REGISTER_OP("NaslabPoolGradient")
    .Input("dy: float")
    .Input("x: float")
    .Attr("maximum: bool")
    .Attr("size: int")
    .Attr("stride: int")
    .Output("dx: float")
    .SetShapeFn(tensorflow::shape_inference::UnknownShape);
REGISTER_KERNEL_BUILDER(Name("NaslabPool").Device(tensorflow::DEVICE_CPU), Pool);
REGISTER_KERNEL_BUILDER(Name("NaslabPoolGradient").Device(tensorflow::DEVICE_CPU), PoolGradient);

}  // namespace
}  // namespace naslab
