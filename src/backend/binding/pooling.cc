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
      : batch(x.dim_size(0)),
        blocks(x.dim_size(3)),
        windows(x.dim_size(1), x.dim_size(2), size, stride, 1),
        plane(windows.height, windows.width, windows.border, stride, blocks),
        back(windows.height, windows.width, windows.border, 1, blocks) {}
  int64_t image() const { return windows.height * windows.width * blocks.channels; }
  int64_t outputs() const { return windows.rows * windows.columns * blocks.channels; }
  /** Floats in a row of windows, in one of pixels, filled up to whole vectors. */
  int64_t line() const { return RoundUp(windows.columns * blocks.width, kLanes); }
  int64_t lineBack() const { return RoundUp(windows.width * blocks.width, kLanes); }

  /** Calls body(image, block) for each block of each image of a range, on the cores of the device; `make` makes what a range needs. */
  template <typename Make, typename Body>
  void ForImages(OpKernelContext* context, const Make& make, const Body& body) const {
    ForRanges(context, batch, 4 * image() * windows.size * windows.size, [&](int64_t first, int64_t last) {
      auto own = make();
      for (int64_t n = first * blocks.count; n < last * blocks.count; n++) body(own, n / blocks.count, n % blocks.count);
    });
  }

  const int64_t batch;
  const Blocks blocks;
  const Windows windows;
  /** The bordered input; the bordered gradient of the outputs, at the inputs' places. */
  const Plane plane, back;
};

constexpr float kLeast = -std::numeric_limits<float>::infinity();

struct Maximum {
  static constexpr float kNone = kLeast;
  Lanes operator()(const Lanes& a, const Lanes& b) const { return b > a ? b : a; }
};
struct Sum {
  static constexpr float kNone = 0;
  Lanes operator()(const Lanes& a, const Lanes& b) const { return a + b; }
};

/** Windows of K×K over a plane: first each row's, then of rows. */
template <int K, typename Operation>
struct Sweep {
  Sweep(const Plane& plane, int64_t line)
      : taps(plane, 1),
        line(line),
        rows((plane.size - kLanes) / plane.line),
        from(plane.size, Operation::kNone),
        across(rows * line, Operation::kNone) {}

  void Across(const Plane& plane) {
    const Operation operation;
    for (int64_t i = plane.border; i < rows - plane.border; i++)
      for (int64_t v = 0; v < line; v += kLanes) {
        const float* at = from.data() + i * plane.line + v;
        const Lanes pair = operation(At(at), At(at + taps.column[1]));
        At(across.data() + i * line + v) = K == 3 ? operation(pair, At(at + taps.column[K - 1])) : pair;
      }
  }

  /** A vector of the windows whose first row is i. */
  Lanes Down(int64_t i, int64_t v) const {
    const Operation operation;
    const float* at = across.data() + i * line + v;
    const Lanes pair = operation(At(at), At(at + line));
    return K == 3 ? operation(pair, At(at + (K - 1) * line)) : pair;
  }

  const Taps<K> taps;
  const int64_t line, rows;
  Scratch from, across;
};

/** One over how many of a window's rows, or columns, are pixels. */
float Share(const Windows& windows, int64_t window, int64_t pixels) {
  const int64_t first = window * windows.stride - windows.border;
  return 1.0f / (std::min(first + windows.size, pixels) - std::max<int64_t>(first, 0));
}

/** The shares of a row of windows' columns. */
std::vector<float> Shares(const Windows& windows) {
  std::vector<float> shares(windows.columns);
  for (int64_t j = 0; j < windows.columns; j++) shares[j] = Share(windows, j, windows.width);
  return shares;
}

/** Attributes of both operations. */
struct Kind {
  explicit Kind(OpKernelConstruction* construction) {
    OP_REQUIRES_OK(construction, construction->GetAttr("maximum", &maximum));
    OP_REQUIRES_OK(construction, construction->GetAttr("size", &size));
    OP_REQUIRES_OK(construction, construction->GetAttr("stride", &stride));
  }
  bool maximum;
  int size, stride;
};

/** Pool(x): maxima or means. */
class Pool : public OpKernel {
 public:
  explicit Pool(OpKernelConstruction* construction) : OpKernel(construction), kind_(construction) {}

  void Compute(OpKernelContext* context) override {
    const Tensor& x = context->input(0);
    const Pooling shape(x, kind_.size, kind_.stride);
    Tensor* y;
    OP_REQUIRES_OK(context,
                   context->allocate_output(0, {shape.batch, shape.windows.rows, shape.windows.columns, shape.blocks.channels}, &y));
    float* to = y->flat<float>().data();
    if (!kind_.maximum) return Run<3, Sum>(context, shape, DataOf(x), to);
    if (kind_.size == 3) return Run<3, Maximum>(context, shape, DataOf(x), to);
    Run<2, Maximum>(context, shape, DataOf(x), to);
  }

 private:
  template <int K, typename Operation>
  static void Run(OpKernelContext* context, const Pooling& shape, const float* x, float* y) {
    const Windows& windows = shape.windows;
    const auto shares = Shares(windows);
    WithWidth(shape.blocks, [&](auto width) {
      using Vector = typename Group<width>::Lanes;
      const auto make = [&] { return Sweep<K, Operation>(shape.plane, shape.line()); };
      shape.ForImages(context, make, [&](auto& sweep, int64_t image, int64_t b) {
        Fill<width>(x + image * shape.image(), windows.height, windows.width, shape.blocks, b, shape.plane, sweep.from.data(),
                    [](const Vector& x) { return x; });
        sweep.Across(shape.plane);
        float* to = y + image * shape.outputs() + b * width;
        Scratch row(shape.line());
        for (int64_t i = 0; i < windows.rows; i++) {
          for (int64_t v = 0; v < shape.line(); v += kLanes) At(row.data() + v) = sweep.Down(i * windows.stride, v);
          const float share = Share(windows, i, windows.height);
          for (int64_t j = 0; j < windows.columns; j++, to += shape.blocks.channels) {
            const Vector pooled = Group<width>::At(row.data() + j * width);
            StoreSome<width>(std::is_same<Operation, Sum>::value ? pooled * (share * shares[j]) : pooled, shape.blocks.in(b), to);
          }
        }
      });
    });
  }

  const Kind kind_;
};

/** PoolGradient(dy, x): of maxima to the first of equal ones, row by row, as in PyTorch. */
class PoolGradient : public OpKernel {
 public:
  explicit PoolGradient(OpKernelConstruction* construction) : OpKernel(construction), kind_(construction) {}

  void Compute(OpKernelContext* context) override {
    const Tensor &dy = context->input(0), &x = context->input(1);
    const Pooling shape(x, kind_.size, kind_.stride);
    Tensor* dx;
    OP_REQUIRES_OK(context, context->allocate_output(0, x.shape(), &dx));
    float* to = dx->flat<float>().data();
    WithWidth(shape.blocks, [&](auto width) {
      if (!kind_.maximum) return OfMeans<width>(context, shape, DataOf(dy), to);
      if (kind_.size == 3) return OfMaxima<3, width>(context, shape, DataOf(dy), DataOf(x), to);
      OfMaxima<2, width>(context, shape, DataOf(dy), DataOf(x), to);
    });
  }

 private:
  /** A pixel's share of all windows that see it: the windows' means at their centres, swept once more. */
  template <int W>
  static void OfMeans(OpKernelContext* context, const Pooling& shape, const float* dy, float* dx) {
    using Vector = typename Group<W>::Lanes;
    const Windows& windows = shape.windows;
    const auto shares = Shares(windows);
    const auto make = [&] { return Sweep<3, Sum>(shape.back, shape.lineBack()); };
    shape.ForImages(context, make, [&](auto& sweep, int64_t image, int64_t b) {
      ForPixels<W>(
          dy + image * shape.outputs(), windows.rows, windows.columns, shape.blocks, b, [&](int64_t i, int64_t j, const Vector& dy) {
            const float share = Share(windows, i, windows.height) * shares[j];
            Group<W>::At(sweep.from.data() + i * windows.stride * shape.back.line + shape.back.pixels[j * windows.stride]) = dy * share;
          });
      sweep.Across(shape.back);
      float* to = dx + image * shape.image() + b * W;
      Scratch row(shape.lineBack());
      for (int64_t i = 0; i < windows.height; i++) {
        for (int64_t v = 0; v < shape.lineBack(); v += kLanes) At(row.data() + v) = sweep.Down(i, v);
        for (int64_t j = 0; j < windows.width; j++, to += shape.blocks.channels)
          StoreSome<W>(Group<W>::At(row.data() + j * W), shape.blocks.in(b), to);
      }
    });
  }

  /** Two planes, x and its gradient, and a row of dy. */
  struct Planes {
    explicit Planes(const Pooling& shape) : x(shape.plane.size, kLeast), dx(shape.plane.size), row(shape.line()) {}
    Scratch x, dx, row;
  };

  template <int K, int W>
  static void OfMaxima(OpKernelContext* context, const Pooling& shape, const float* dy, const float* x, float* dx) {
    using Vector = typename Group<W>::Lanes;
    const Windows& windows = shape.windows;
    const Taps<K> taps(shape.plane, 1);
    shape.ForImages(
        context, [&] { return Planes(shape); },
        [&](Planes& planes, int64_t image, int64_t b) {
          Fill<W>(x + image * shape.image(), windows.height, windows.width, shape.blocks, b, shape.plane, planes.x.data(),
                  [](const Vector& x) { return x; });
          std::fill(planes.dx.begin(), planes.dx.end(), 0.0f);
          ForPixels<W>(dy + image * shape.outputs(), windows.rows, windows.columns, shape.blocks, b,
                       [&](int64_t i, int64_t j, const Vector& dy) {
                         Group<W>::At(planes.row.data() + j * W) = dy;
                         if (j < windows.columns - 1) return;
                         const int64_t at = i * windows.stride * shape.plane.line;
                         for (int64_t v = 0; v < shape.line(); v += kLanes)
                           ToFirst<K>(planes.x.data() + at + v, taps, At(planes.row.data() + v), planes.dx.data() + at + v);
                       });
          float* to = dx + image * shape.image() + b * W;
          for (int64_t i = 0; i < windows.height; i++)
            for (int64_t j = 0; j < windows.width; j++, to += shape.blocks.channels)
              StoreSome<W>(Group<W>::At(planes.dx.data() + i * shape.plane.line + shape.plane.pixels[j]), shape.blocks.in(b), to);
        });
  }

  /** Adds what is `left` of a vector of windows' dy to the first tap of each that holds its maximum. */
  template <int K>
  static void ToFirst(const float* from, const Taps<K>& taps, Lanes left, float* to) {
    const auto forTaps = [&](const auto& body) {
#pragma GCC unroll 3
      for (int t = 0; t < K; t++)
#pragma GCC unroll 3
        for (int u = 0; u < K; u++) body(t * taps.row + taps.column[u]);
    };
    const Maximum maximum;
    Lanes most = At(from);
    forTaps([&](int64_t at) { most = maximum(most, At(from + at)); });
    forTaps([&](int64_t at) {
      const auto holds = At(from + at) == most;
      At(to + at) += holds ? left : Lanes{};
      left = holds ? Lanes{} : left;
    });
  }

  const Kind kind_;
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
