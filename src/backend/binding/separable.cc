// Depthwise convolution, alone and as the DARTS space has it (Liu et al., ICLR 2019): pointwise(depthwise(ReLU(x))) and
// pointwise(depthwise(ReLU(BN(x)))), and their gradients. What is between the steps never leaves the cache, and is computed again for the
// gradient.
//
// Feature maps are [batch, height, width, channels], depthwise filters [k, k, channels, 1] with k of 3, 5 or 7, pointwise ones
// [1, 1, channels, outputs].
#include "moments.h"
#include "planes.h"
#include "product.h"
#include "tensorflow/core/framework/common_shape_fns.h"
#include "tensorflow/core/framework/op.h"

namespace naslab {
namespace {

using tensorflow::OpKernel;
using tensorflow::OpKernelConstruction;
using tensorflow::OpKernelContext;
using tensorflow::Tensor;
using tensorflow::TensorShape;

/** Parts of a batch whose sums are added up in their order: threads do not change them. */
constexpr int64_t kParts = 32;

/** Calls body(part, first image, last image) for each part of a batch, on the cores of the device. */
template <typename Body>
void ForParts(OpKernelContext* context, int64_t batch, int64_t cost, const Body& body) {
  const int64_t parts = std::min(kParts, batch);
  ForTasks(context, parts, batch / parts * cost, [&](int64_t part) { body(part, batch * part / parts, batch * (part + 1) / parts); });
}

/** What a depthwise convolution knows of its shapes. */
struct Depthwise {
  Depthwise(const Tensor& x, const Tensor& filter, int64_t stride, int64_t dilation)
      : batch(x.dim_size(0)),
        blocks(x.dim_size(3)),
        windows(x.dim_size(1), x.dim_size(2), filter.dim_size(0), stride, dilation),
        inner(windows.rows, windows.columns, blocks),
        plane(windows.height, windows.width, windows.border, stride, blocks),
        back(windows.height, windows.width, windows.border, 1, blocks) {}

  /** The filter as [blocks][k²][lanes], `turned` by 180° for the input's gradient. */
  Scratch Weights(const Tensor& filter, bool turned) const {
    const int64_t taps = windows.size * windows.size;
    Scratch weights(blocks.count * taps * kLanes);
    for (int64_t tap = 0; tap < taps; tap++) {
      const float* from = DataOf(filter) + (turned ? taps - 1 - tap : tap) * blocks.channels;
      const auto lanes = blocks.Spread([&](int64_t c) { return from[c]; });
      for (int64_t b = 0; b < blocks.count; b++) std::copy_n(lanes.data() + b * kLanes, kLanes, weights.data() + (b * taps + tap) * kLanes);
    }
    return weights;
  }

  /** Whether the outputs' layout is that of a tensor. */
  bool isWhole() const { return blocks.filled == blocks.channels && inner.line == windows.columns * blocks.filled; }
  int64_t image() const { return windows.height * windows.width * blocks.channels; }
  int64_t pixels() const { return windows.rows * windows.columns; }
  /** Vectors in a row of windows, in one of pixels, and how far these are apart in `inner`. */
  int64_t vectors() const { return (windows.columns * blocks.width + kLanes - 1) / kLanes; }
  int64_t vectorsBack() const { return (windows.width * blocks.width + kLanes - 1) / kLanes; }
  int64_t step() const { return std::max<int64_t>(kLanes, blocks.filled); }
  /** Multiplications for one image. */
  int64_t cost() const { return pixels() * blocks.filled * windows.size * windows.size; }

  /** Calls body(k, width) with the filter's size and the width of the blocks. */
  template <typename Body>
  void With(const Body& body) const {
    WithWidth(blocks, [&](auto width) {
      if (windows.size == 3) return body(std::integral_constant<int, 3>(), width);
      if (windows.size == 5) return body(std::integral_constant<int, 5>(), width);
      body(std::integral_constant<int, 7>(), width);
    });
  }

  const int64_t batch;
  const Blocks blocks;
  const Windows windows;
  /** The outputs; the bordered input; the bordered gradient of the outputs, at the inputs' places. */
  const Pixels inner;
  const Plane plane, back;
};

/** What comes before the depthwise convolution: nothing, ReLU, or ReLU after a normalisation. */
struct Identity {
  template <int W>
  struct Block {
    Block(const Identity&, int64_t) {}
    using Lanes = typename Group<W>::Lanes;
    Lanes operator()(const Lanes& x) const { return x; }
    Lanes Back(const Lanes& dy, const Lanes&) const { return dy; }
  };
};
struct Relu {
  template <int W>
  struct Block {
    Block(const Relu&, int64_t) {}
    using Lanes = typename Group<W>::Lanes;
    Lanes operator()(const Lanes& x) const { return x > 0 ? x : Lanes{}; }
    /** @param y what it has given. */
    Lanes Back(const Lanes& dy, const Lanes& y) const { return y > 0 ? dy : Lanes{}; }
  };
};
/** ReLU(factor · x + shift). */
struct NormRelu {
  template <int W>
  struct Block {
    using Lanes = typename Group<W>::Lanes;
    Block(const NormRelu& norm, int64_t b)
        : factor(Group<W>::At(norm.factor.data() + b * kLanes)), shift(Group<W>::At(norm.shift.data() + b * kLanes)) {}
    Lanes operator()(const Lanes& x) const {
      const Lanes y = factor * x + shift;
      return y > 0 ? y : Lanes{};
    }
    Lanes Back(const Lanes& dy, const Lanes& y) const { return y > 0 ? dy : Lanes{}; }
    const Lanes factor, shift;
  };
  std::vector<float> factor, shift;
};

/** The filter of a pointwise convolution, filled up with zeros: [inputs][outputs], or `transposed`. */
Scratch Pointwise(const Tensor& filter, int64_t rows, int64_t columns, bool transposed) {
  const int64_t inputs = filter.dim_size(2), outputs = filter.dim_size(3);
  Scratch matrix(rows * columns);
  for (int64_t i = 0; i < inputs; i++)
    for (int64_t o = 0; o < outputs; o++) matrix[transposed ? o * columns + i : i * columns + o] = DataOf(filter)[i * outputs + o];
  return matrix;
}

/** A product with each pixel of an image as a row. Rows of pixels need not follow each other. */
void MultiplyPixels(const float* a, int64_t stepOfA, int64_t lineOfA, const float* b, int64_t columns, int64_t depth, float* c,
                    int64_t stepOfC, int64_t lineOfC, const Windows& windows) {
  const bool together = lineOfA == windows.columns * stepOfA && lineOfC == windows.columns * stepOfC;
  const int64_t runs = together ? 1 : windows.rows;
  for (int64_t i = 0; i < runs; i++)
    MultiplyMatrix(a + i * lineOfA, stepOfA, b, columns, depth, c + i * lineOfC, stepOfC, windows.rows * windows.columns / runs);
}

/** Copies the first `channels` of pixels, which are so far apart. */
void CopyPixels(const float* from, int64_t stepFrom, float* to, int64_t stepTo, int64_t count, int64_t channels) {
  for (int64_t k = 0; k < count; k++) std::copy_n(from + k * stepFrom, channels, to + k * stepTo);
}

/** Depthwise convolution of one image: `to` [rows][columns][channels, filled up]. */
template <int K, int W, typename Before>
void Convolve(const Depthwise& shape, const float* image, const Before& before, const float* weights, Scratch* plane, float* to) {
  const Taps<K> taps(shape.plane, shape.windows.dilation);
  for (int64_t b = 0; b < shape.blocks.count; b++) {
    Fill<W>(image, shape.windows.height, shape.windows.width, shape.blocks, b, shape.plane, plane->data(),
            typename Before::template Block<W>(before, b));
    for (int64_t i = 0; i < shape.windows.rows; i++)
      Slide<K>(plane->data() + i * shape.windows.stride * shape.plane.line, taps, weights + b * K * K * kLanes, shape.vectors(),
               to + i * shape.inner.line + b * W, shape.step());
  }
}

/** The inputs and attributes of both operations. */
struct Given {
  explicit Given(OpKernelConstruction* construction) {
    OP_REQUIRES_OK(construction, construction->GetAttr("N", &norms));
    OP_REQUIRES_OK(construction, construction->GetAttr("P", &pointwise));
    OP_REQUIRES_OK(construction, construction->GetAttr("relu", &relu));
    OP_REQUIRES_OK(construction, construction->GetAttr("stride", &stride));
    OP_REQUIRES_OK(construction, construction->GetAttr("dilation", &dilation));
  }

  /** Calls body(before) with what comes before the depthwise convolution. @param norm scale, offset, mean and 1/σ, if any. */
  template <typename Body>
  void WithBefore(const Blocks& blocks, const std::vector<const float*>& norm, const Body& body) const {
    if (!norm.empty()) {
      const auto factor = [&](int64_t c) { return norm[0][c] * norm[3][c]; };
      return body(NormRelu{blocks.Spread(factor), blocks.Spread([&](int64_t c) { return norm[1][c] - norm[2][c] * factor(c); })});
    }
    if (relu) return body(Relu());
    body(Identity());
  }

  /** Sees to it that the inputs from `first` on, x and what it is convolved with, fit together. */
  void Check(OpKernelContext* context, int first) const {
    const TensorShape &x = context->input(first).shape(), &filter = context->input(first + 1 + norms).shape();
    OP_REQUIRES(
        context,
        x.dims() == 4 && filter.dims() == 4 && filter.dim_size(0) == filter.dim_size(1) && filter.dim_size(2) == x.dim_size(3) &&
            filter.dim_size(3) == 1,
        tensorflow::errors::InvalidArgument("depthwise convolution of ", x.DebugString(), " by a filter of ", filter.DebugString()));
    OP_REQUIRES(
        context, filter.dim_size(0) == 3 || filter.dim_size(0) == 5 || filter.dim_size(0) == 7,
        tensorflow::errors::InvalidArgument("depthwise convolution by a filter of ", filter.DebugString(), "; its size is 3, 5 or 7"));
    for (int n = 0; n < norms; n++)
      OP_REQUIRES(context, context->input(first + 1 + n).NumElements() == x.dim_size(3),
                  tensorflow::errors::InvalidArgument("batch norm of ", x.DebugString(), " by ",
                                                      context->input(first + 1 + n).shape().DebugString()));
    if (!pointwise) return;
    const TensorShape& matrix = context->input(first + 2 + norms).shape();
    OP_REQUIRES(
        context, matrix.dims() == 4 && matrix.dim_size(0) == 1 && matrix.dim_size(1) == 1 && matrix.dim_size(2) == x.dim_size(3),
        tensorflow::errors::InvalidArgument("pointwise convolution of ", x.dim_size(3), " channels by a filter of ", matrix.DebugString()));
  }

  int norms, pointwise;
  bool relu;
  int stride, dilation;
};

/** Separable(x, norm: none or scale and offset, depthwise, pointwise: none or one): y, and of x if it is normalised mean, unbiased
 * variance, 1/σ. */
class Separable : public OpKernel {
 public:
  explicit Separable(OpKernelConstruction* construction) : OpKernel(construction), given_(construction) {
    OP_REQUIRES_OK(construction, construction->GetAttr("epsilon", &epsilon_));
  }

  void Compute(OpKernelContext* context) override {
    given_.Check(context, 0);
    if (!context->status().ok()) return;
    const Tensor &x = context->input(0), &filter = context->input(1 + given_.norms);
    const Depthwise shape(x, filter, given_.stride, given_.dilation);
    const Windows& windows = shape.windows;
    const int64_t channels = shape.blocks.channels;
    Tensor *y, *mean, *variance, *inverse;
    const TensorShape moments({given_.norms ? channels : 0});
    OP_REQUIRES_OK(context, context->allocate_output(1, moments, &mean));
    OP_REQUIRES_OK(context, context->allocate_output(2, moments, &variance));
    OP_REQUIRES_OK(context, context->allocate_output(3, moments, &inverse));
    std::vector<const float*> norm;
    if (given_.norms) {
      Moments(context, {DataOf(x)}, Rows(x.shape()), epsilon_, mean->flat<float>().data(), variance->flat<float>().data(),
              inverse->flat<float>().data());
      norm = {DataOf(context->input(1)), DataOf(context->input(2)), DataOf(*mean), DataOf(*inverse)};
    }
    const int64_t outputs = given_.pointwise ? context->input(2 + given_.norms).dim_size(3) : channels;
    OP_REQUIRES_OK(context, context->allocate_output(0, {shape.batch, windows.rows, windows.columns, outputs}, &y));
    const int64_t columns = RoundUp(outputs, kLanes);
    const auto weights = shape.Weights(filter, false);
    const auto matrix = given_.pointwise ? Pointwise(context->input(2 + given_.norms), shape.blocks.filled, columns, false) : Scratch();
    given_.WithBefore(shape.blocks, norm, [&](const auto& before) {
      shape.With([&](auto size, auto width) {
        ForParts(context, shape.batch, shape.cost() + shape.pixels() * shape.blocks.filled * columns,
                 [&](int64_t, int64_t first, int64_t last) {
                   Run<size, width>(shape, before, weights, matrix, outputs, DataOf(x), y->flat<float>().data(), first, last);
                 });
      });
    });
  }

 private:
  /** The images from `first` to `last`. @param matrix the pointwise filter, or nothing. */
  template <int K, int W, typename Before>
  static void Run(const Depthwise& shape, const Before& before, const Scratch& weights, const Scratch& matrix, int64_t outputs,
                  const float* x, float* y, int64_t first, int64_t last) {
    const Windows& windows = shape.windows;
    const int64_t columns = RoundUp(outputs, kLanes), line = windows.columns * outputs;
    const bool direct = matrix.empty() && shape.isWhole();
    Scratch plane(shape.plane.size), inner(direct ? 0 : shape.inner.size + kLanes);
    Scratch product(!matrix.empty() && outputs < columns ? shape.pixels() * columns : 0);
    for (int64_t image = first; image < last; image++) {
      float* to = y + image * shape.pixels() * outputs;
      Convolve<K, W>(shape, x + image * shape.image(), before, weights.data(), &plane, direct ? to : inner.data());
      if (direct) continue;
      if (matrix.empty()) {
        for (int64_t i = 0; i < windows.rows; i++)
          CopyPixels(inner.data() + i * shape.inner.line, shape.inner.step, to + i * line, outputs, windows.columns, outputs);
      } else if (product.empty()) {
        MultiplyPixels(inner.data(), shape.inner.step, shape.inner.line, matrix.data(), columns, shape.blocks.filled, to, outputs, line,
                       windows);
      } else {
        MultiplyPixels(inner.data(), shape.inner.step, shape.inner.line, matrix.data(), columns, shape.blocks.filled, product.data(),
                       columns, windows.columns * columns, windows);
        CopyPixels(product.data(), columns, to, outputs, shape.pixels(), outputs);
      }
    }
  }

  Given given_;
  float epsilon_;
};

/**
 * SeparableGradients(dy, x, norm: none or scale, offset, mean and 1/σ, depthwise, pointwise): the gradients of x, scale, offset and, with
 * `filters`, of these.
 */
class SeparableGradients : public OpKernel {
 public:
  explicit SeparableGradients(OpKernelConstruction* construction) : OpKernel(construction), given_(construction) {
    OP_REQUIRES_OK(construction, construction->GetAttr("filters", &filters_));
  }

  void Compute(OpKernelContext* context) override {
    given_.Check(context, 1);
    if (!context->status().ok()) return;
    const Tensor &dy = context->input(0), &x = context->input(1), &filter = context->input(2 + given_.norms);
    const Depthwise shape(x, filter, given_.stride, given_.dilation);
    const int64_t channels = shape.blocks.channels, filled = shape.blocks.filled, outputs = dy.dim_size(3),
                  columns = RoundUp(outputs, kLanes);
    const int64_t taps = shape.windows.size * shape.windows.size, parts = std::min(kParts, shape.batch);
    std::vector<const float*> norm;
    for (int n = 0; n < given_.norms; n++) norm.push_back(DataOf(context->input(2 + n)));

    Tensor *dx, *dScale, *dOffset, *dFilter, *dPointwise;
    const TensorShape none({0}), scale({given_.norms ? channels : 0});
    OP_REQUIRES_OK(context, context->forward_input_or_allocate_output({0}, 0, x.shape(), &dx));
    OP_REQUIRES_OK(context, context->allocate_output(1, scale, &dScale));
    OP_REQUIRES_OK(context, context->allocate_output(2, scale, &dOffset));
    OP_REQUIRES_OK(context, context->allocate_output(3, filters_ ? filter.shape() : none, &dFilter));
    OP_REQUIRES_OK(
        context, context->allocate_output(4, filters_ && given_.pointwise ? context->input(3 + given_.norms).shape() : none, &dPointwise));

    const auto weights = shape.Weights(filter, false), turned = shape.Weights(filter, true);
    const auto matrix = given_.pointwise ? Pointwise(context->input(3 + given_.norms), outputs, RoundUp(filled, kLanes), true) : Scratch();
    // Of each part: the depthwise filter's gradient [blocks][k²][lanes], the pointwise one's [channels, filled up][columns], Σ da and
    // Σ da (x − μ) by channel.
    const int64_t ofDepthwise = filters_ ? shape.blocks.count * taps * kLanes : 0,
                  ofPointwise = filters_ && given_.pointwise ? filled * columns : 0;
    const int64_t ofNorm = given_.norms ? 2 * filled : 0, sums = ofDepthwise + ofPointwise + ofNorm;
    std::vector<float> partial(parts * sums);
    const auto mean = shape.blocks.Spread([&](int64_t c) { return norm.empty() ? 0.0f : norm[2][c]; });
    given_.WithBefore(shape.blocks, norm, [&](const auto& before) {
      shape.With([&](auto size, auto width) {
        const int64_t cost = shape.cost() + shape.pixels() * filled * columns;
        ForParts(context, shape.batch, (filters_ ? 3 : 1) * cost, [&](int64_t part, int64_t first, int64_t last) {
          Image<size, width, std::decay_t<decltype(before)>> image{shape,  before,      weights.data(), turned.data(),
                                                                   matrix, mean.data(), outputs};
          float* to = partial.data() + part * sums;
          if (filters_) image.dDepthwise = to, image.dPointwise = to + ofDepthwise;
          if (ofNorm > 0) image.sums = to + ofDepthwise + ofPointwise;
          image.Allocate();
          for (int64_t n = first; n < last; n++)
            image.Differentiate(DataOf(dy) + n * shape.pixels() * outputs, DataOf(x) + n * shape.image(),
                                dx->flat<float>().data() + n * shape.image());
        });
      });
    });

    const auto total = Total(partial, sums);
    if (filters_) {
      float* filterTo = dFilter->flat<float>().data();
      std::fill_n(filterTo, taps * channels, 0.0f);
      for (int64_t b = 0; b < shape.blocks.count; b++)
        for (int64_t tap = 0; tap < taps; tap++)
          for (int64_t lane = 0; lane < kLanes; lane++) {
            const int64_t channel = b * shape.blocks.width + lane % shape.blocks.width;
            if (channel < channels) filterTo[tap * channels + channel] += total[(b * taps + tap) * kLanes + lane];
          }
      if (given_.pointwise)
        for (int64_t i = 0; i < channels; i++)
          for (int64_t o = 0; o < outputs; o++) dPointwise->flat<float>()(i * outputs + o) = total[ofDepthwise + i * columns + o];
    }
    if (given_.norms) ThroughNorm(context, total.data() + ofDepthwise + ofPointwise, filled, norm, DataOf(x), dScale, dOffset, dx);
  }

 private:
  /** One image at a time, with the memory that it needs. */
  template <int K, int W, typename Before>
  struct Image {
    const Depthwise& shape;
    const Before& before;
    const float *weights, *turned;
    const Scratch& matrix;
    const float* mean;
    const int64_t outputs;
    /** Where sums are wanted: the filters' gradients, both or none, and of a normalised x Σ da and Σ da (x − μ). */
    float *dDepthwise = nullptr, *dPointwise = nullptr, *sums = nullptr;
    Scratch planes, inner, g, back, row, filled;

    void Allocate() {
      const int64_t columns = RoundUp(outputs, kLanes);
      planes.resize(shape.blocks.count * shape.plane.size);
      if (dDepthwise && !matrix.empty()) inner.resize(shape.inner.size + kLanes);
      g.resize(shape.inner.size + kLanes);
      back.resize(shape.back.size);
      row.resize(shape.vectorsBack() * kLanes);
      if (dDepthwise && !matrix.empty() && outputs < columns) filled.resize(shape.pixels() * columns);
    }

    /** `dx` may be where `dy` is. */
    void Differentiate(const float* dy, const float* x, float* dx) {
      const Windows& windows = shape.windows;
      for (int64_t b = 0; b < shape.blocks.count; b++)
        Fill<W>(x, windows.height, windows.width, shape.blocks, b, shape.plane, planes.data() + b * shape.plane.size,
                typename Before::template Block<W>(before, b));
      if (matrix.empty()) {
        for (int64_t i = 0; i < windows.rows; i++)
          CopyPixels(dy + i * windows.columns * outputs, outputs, g.data() + i * shape.inner.line, shape.inner.step, windows.columns,
                     outputs);
      } else {
        MultiplyPixels(dy, outputs, windows.columns * outputs, matrix.data(), RoundUp(shape.blocks.filled, kLanes), outputs, g.data(),
                       shape.inner.step, shape.inner.line, windows);
        if (dDepthwise) DifferentiatePointwise(dy);
      }
      for (int64_t b = 0; b < shape.blocks.count; b++) {
        if (dDepthwise)
          Correlate<K>(planes.data() + b * shape.plane.size, windows.stride * shape.plane.line, Taps<K>(shape.plane, windows.dilation),
                       g.data() + b * W, shape.inner.line, shape.step(), windows.rows, shape.vectors(), dDepthwise + b * K * K * kLanes);
        DifferentiateInput(b, x, dx);
      }
    }

    void DifferentiatePointwise(const float* dy) {
      const Windows& windows = shape.windows;
      const Taps<K> taps(shape.plane, windows.dilation);
      for (int64_t b = 0; b < shape.blocks.count; b++)
        for (int64_t i = 0; i < windows.rows; i++)
          Slide<K>(planes.data() + b * shape.plane.size + i * windows.stride * shape.plane.line, taps, weights + b * K * K * kLanes,
                   shape.vectors(), inner.data() + i * shape.inner.line + b * W, shape.step());
      const int64_t columns = RoundUp(outputs, kLanes);
      if (!filled.empty()) CopyPixels(dy, outputs, filled.data(), columns, shape.pixels(), outputs);
      const float* right = filled.empty() ? dy : filled.data();
      const int64_t runs = shape.inner.line == windows.columns * shape.inner.step ? 1 : windows.rows, depth = shape.pixels() / runs;
      for (int64_t i = 0; i < runs; i++)
        for (int64_t c = 0; c < shape.blocks.filled; c += W) {
          const float* left = inner.data() + i * shape.inner.line + c;
          float* to = dPointwise + c * columns;
          const float* from = right + i * windows.columns * columns;
          if constexpr (W == 16) {
            Multiply16<true, 1>(left, 1, shape.inner.step, from, columns, depth, to, columns, columns);
          } else {
            for (int64_t n = 0; n < columns; n += kLanes)
              Multiply<W, 1, true, 1>(left, 1, shape.inner.step, from + n, columns, depth, to + n, columns);
          }
        }
    }

    /** Of block b: the turned filter slides over the outputs' gradients, each at its window's centre. */
    void DifferentiateInput(int64_t b, const float* x, float* dx) {
      using Vector = typename Group<W>::Lanes;
      const Windows& windows = shape.windows;
      const Plane& place = shape.back;
      for (int64_t i = 0; i < windows.rows; i++)
        for (int64_t j = 0; j < windows.columns; j++)
          Group<W>::At(back.data() + (place.border + i * windows.stride) * place.line + (place.border + j * windows.stride) * W) =
              Group<W>::At(g.data() + i * shape.inner.line + j * shape.inner.step + b * W);
      const Taps<K> taps(place, windows.dilation);
      const typename Before::template Block<W> block(before, b);
      const int64_t channels = shape.blocks.channels, count = shape.blocks.in(b);
      const float* end = x + shape.image();
      const Vector mu = Group<W>::At(mean + b * kLanes);
      Vector sum{}, product{};
      for (int64_t i = 0; i < windows.height; i++) {
        Slide<K>(back.data() + i * place.line, taps, turned + b * K * K * kLanes, shape.vectorsBack(), row.data(), kLanes);
        const float* active = planes.data() + b * shape.plane.size + i * shape.plane.line;
        for (int64_t j = 0; j < windows.width; j++) {
          const Vector da = block.Back(Group<W>::At(row.data() + j * W), Group<W>::At(active + shape.plane.pixels[j]));
          const int64_t at = (i * windows.width + j) * channels + b * W;
          if (sums) {
            sum += da;
            product += da * ((count == W ? Group<W>::At(x + at) : LoadSome<W>(x + at, count, end)) - mu);
          }
          StoreSome<W>(da, count, dx + at);
        }
      }
      if (sums) {
        Group<W>::At(sums + b * W) += sum;
        Group<W>::At(sums + shape.blocks.filled + b * W) += product;
      }
    }
  };

  /** dx = scale/σ · (da − mean(da) − x̂ · mean(da · x̂)), in the place of da. @param total Σ da and Σ da (x − μ) by channel. */
  static void ThroughNorm(OpKernelContext* context, const double* total, int64_t filled, const std::vector<const float*>& norm,
                          const float* x, Tensor* dScale, Tensor* dOffset, Tensor* dx) {
    const Rows rows(dx->shape());
    const int64_t channels = rows.channels;
    std::vector<float> p(channels), q(channels), r(channels);
    for (int64_t c = 0; c < channels; c++) {
      const double s = norm[3][c], factor = norm[0][c] * s, slope = -factor * s * s * total[filled + c] / rows.count;
      dOffset->flat<float>()(c) = total[c];
      dScale->flat<float>()(c) = total[filled + c] * s;
      p[c] = factor;
      q[c] = slope;
      r[c] = -factor * total[c] / rows.count - slope * norm[2][c];
    }
    float* out = dx->flat<float>().data();
    ForBlocks(context, rows, 3 * channels, [&](auto width, int64_t, int64_t first, int64_t last, int64_t c) {
      using Vector = typename Group<width>::Lanes;
      const Vector factor = Group<width>::At(p.data() + c), slope = Group<width>::At(q.data() + c), shift = Group<width>::At(r.data() + c);
      for (int64_t at = first * channels + c; at < last * channels; at += channels)
        Group<width>::At(out + at) = factor * Group<width>::At(out + at) + (slope * Group<width>::At(x + at) + shift);
    });
  }

  Given given_;
  bool filters_;
};

REGISTER_OP("NaslabSeparable")
    .Input("x: float")
    .Input("norm: N * float")
    .Input("depthwise: float")
    .Input("pointwise: P * float")
    .Attr("N: int >= 0")
    .Attr("P: int >= 0")
    .Attr("relu: bool")
    .Attr("stride: int")
    .Attr("dilation: int")
    .Attr("epsilon: float")
    .Output("y: float")
    .Output("mean: float")
    .Output("variance: float")
    .Output("inverse: float")
    .SetShapeFn(tensorflow::shape_inference::UnknownShape);
REGISTER_OP("NaslabSeparableGradients")
    .Input("dy: float")
    .Input("x: float")
    .Input("norm: N * float")
    .Input("depthwise: float")
    .Input("pointwise: P * float")
    .Attr("N: int >= 0")
    .Attr("P: int >= 0")
    .Attr("relu: bool")
    .Attr("stride: int")
    .Attr("dilation: int")
    .Attr("filters: bool")
    .Output("dx: float")
    .Output("scale_gradient: float")
    .Output("offset_gradient: float")
    .Output("depthwise_gradient: float")
    .Output("pointwise_gradient: float")
    .SetShapeFn(tensorflow::shape_inference::UnknownShape);
REGISTER_KERNEL_BUILDER(Name("NaslabSeparable").Device(tensorflow::DEVICE_CPU), Separable);
REGISTER_KERNEL_BUILDER(Name("NaslabSeparableGradients").Device(tensorflow::DEVICE_CPU), SeparableGradients);

}  // namespace
}  // namespace naslab
