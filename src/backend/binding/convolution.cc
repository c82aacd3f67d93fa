// 3×3 convolution at stride 1 with a border of zeros, and its two gradients, by Winograd's minimal filtering F(2×2, 3×3) (Lavin & Gray,
// CVPR 2016): 16 products where 36 are needed directly. y = Aᵀ[(G w Gᵀ) ⊙ (Bᵀ x B)]A for each tile of 2×2 outputs, which 4×4 inputs make.
//
// Feature maps are [batch, height, width, channels], filters [3, 3, inputs, outputs]; the channels are multiples of 16, height and
// width even.
#include <vector>

#include "product.h"
#include "tensorflow/core/framework/common_shape_fns.h"
#include "tensorflow/core/framework/op.h"

namespace naslab {
namespace {

using tensorflow::OpKernel;
using tensorflow::OpKernelConstruction;
using tensorflow::OpKernelContext;
using tensorflow::Tensor;

/** Tiles that are transformed and multiplied at a time: what they need stays in the cache. */
constexpr int kTiles = 16;

/** A block of tiles in the transformed domain: [16 positions][tiles][channels]. */
struct Block {
  Block(int64_t tiles, int64_t channels) : tiles(tiles), channels(channels), data(16 * tiles * channels) {}
  float* at(int position, int tile) { return data.data() + (position * tiles + tile) * channels; }
  const int64_t tiles, channels;
  std::vector<float> data;
};

/** The tiles of a batch of feature maps, in the order of their first pixels. */
struct Tiles {
  explicit Tiles(const Tensor& x) : height(x.dim_size(1)), width(x.dim_size(2)), count(x.dim_size(0) * height * width / 4) {}

  /** Calls body(t, pixel, row, column) for the tiles from `first` on: the number, row and column of their first output pixels. */
  template <typename Body>
  void For(int64_t first, int count, const Body& body) const {
    const int64_t across = width / 2;
    int64_t line = first / across, row = 2 * (line % (height / 2)), column = 2 * (first % across);
    for (int t = 0; t < count; t++) {
      body(t, 2 * line * width + column, row, column);
      column += 2;
      if (column < width) continue;
      column = 0;
      line++;
      row = row + 2 < height ? row + 2 : 0;
    }
  }

  const int64_t height, width, count;
};

/** Bᵀ d B of one tile and sixteen channels; `pixel(i, j)` is its input in row i, column j. */
template <typename Pixel>
inline void TransformInput(const Pixel& pixel, float* to, int64_t step) {
  Lanes e[16];
#pragma GCC unroll 4
  for (int j = 0; j < 4; j++) {
    const Lanes a = pixel(0, j), b = pixel(1, j), c = pixel(2, j), d = pixel(3, j);
    e[j] = a - c;
    e[4 + j] = b + c;
    e[8 + j] = c - b;
    e[12 + j] = b - d;
  }
#pragma GCC unroll 4
  for (int i = 0; i < 16; i += 4) {
    At(to + i * step) = e[i] - e[i + 2];
    At(to + (i + 1) * step) = e[i + 1] + e[i + 2];
    At(to + (i + 2) * step) = e[i + 2] - e[i + 1];
    At(to + (i + 3) * step) = e[i + 1] - e[i + 3];
  }
}

/** Bᵀ d B for the tiles from `first` on. */
void TransformInputs(const float* x, const Tiles& tiles, int64_t first, int count, Block* block) {
  const int64_t channels = block->channels, line = tiles.width * channels, step = block->tiles * channels;
  tiles.For(first, count, [&](int t, int64_t pixel, int64_t row, int64_t column) {
    const float* from = x + pixel * channels - line - channels;
    const bool top = row == 0, bottom = row + 2 == tiles.height, left = column == 0, right = column + 2 == tiles.width;
    const bool inside = !(top || bottom || left || right);
    for (int64_t c = 0; c < channels; c += kLanes) {
      float* to = block->at(0, t) + c;
      if (inside) {
        TransformInput([&](int i, int j) { return At(from + i * line + j * channels + c); }, to, step);
      } else {
        TransformInput(
            [&](int i, int j) {
              const bool zero = (top && i == 0) || (bottom && i == 3) || (left && j == 0) || (right && j == 3);
              return zero ? Lanes{} : At(from + i * line + j * channels + c);
            },
            to, step);
      }
    }
  });
}

/** Aᵀ m A: the outputs of the tiles from `first` on. */
void TransformOutputs(Block& from, const Tiles& tiles, int64_t first, int count, float* y) {
  const int64_t channels = from.channels;
  tiles.For(first, count, [&](int t, int64_t pixel, int64_t, int64_t) {
    float* to = y + pixel * channels;
    const int64_t below = tiles.width * channels;
    for (int64_t c = 0; c < channels; c += kLanes) {
      Lanes top[4], bottom[4];
      for (int j = 0; j < 4; j++) {
        const Lanes a = At(from.at(j, t) + c), b = At(from.at(4 + j, t) + c);
        const Lanes d = At(from.at(8 + j, t) + c), e = At(from.at(12 + j, t) + c);
        top[j] = a + b + d;
        bottom[j] = b - d - e;
      }
      At(to + c) = top[0] + top[1] + top[2];
      At(to + channels + c) = top[1] - top[2] - top[3];
      At(to + below + c) = bottom[0] + bottom[1] + bottom[2];
      At(to + below + channels + c) = bottom[1] - bottom[2] - bottom[3];
    }
  });
}

/** A dy Aᵀ: the transpose of the outputs' transform. */
void TransformOutputGradients(const float* dy, const Tiles& tiles, int64_t first, int count, Block* to) {
  const int64_t channels = to->channels;
  tiles.For(first, count, [&](int t, int64_t pixel, int64_t, int64_t) {
    const float* from = dy + pixel * channels;
    const int64_t below = tiles.width * channels;
    for (int64_t c = 0; c < channels; c += kLanes) {
      const Lanes d[2][2] = {{At(from + c), At(from + channels + c)}, {At(from + below + c), At(from + below + channels + c)}};
      const Lanes rows[4][2] = {{d[0][0], d[0][1]},
                                {d[0][0] + d[1][0], d[0][1] + d[1][1]},
                                {d[0][0] - d[1][0], d[0][1] - d[1][1]},
                                {-d[1][0], -d[1][1]}};
      for (int i = 0; i < 4; i++) {
        At(to->at(4 * i, t) + c) = rows[i][0];
        At(to->at(4 * i + 1, t) + c) = rows[i][0] + rows[i][1];
        At(to->at(4 * i + 2, t) + c) = rows[i][0] - rows[i][1];
        At(to->at(4 * i + 3, t) + c) = -rows[i][1];
      }
    }
  });
}

/** G w Gᵀ as [16][inputs][outputs]. */
std::vector<float> TransformFilter(const float* w, int64_t inputs, int64_t outputs) {
  const int64_t size = inputs * outputs;
  std::vector<float> u(16 * size);
  for (int64_t k = 0; k < size; k += kLanes) {
    Lanes rows[4][3];
    for (int j = 0; j < 3; j++) {
      const Lanes a = At(w + j * size + k), b = At(w + (3 + j) * size + k), c = At(w + (6 + j) * size + k);
      rows[0][j] = a;
      rows[1][j] = 0.5f * (a + b + c);
      rows[2][j] = 0.5f * (a - b + c);
      rows[3][j] = c;
    }
    for (int i = 0; i < 4; i++) {
      const Lanes a = rows[i][0], b = rows[i][1], c = rows[i][2];
      At(u.data() + (4 * i) * size + k) = a;
      At(u.data() + (4 * i + 1) * size + k) = 0.5f * (a + b + c);
      At(u.data() + (4 * i + 2) * size + k) = 0.5f * (a - b + c);
      At(u.data() + (4 * i + 3) * size + k) = c;
    }
  }
  return u;
}

/** Gᵀ s G: the filter's gradient out of [16][inputs · outputs]. */
void TransformFilterGradient(const float* s, int64_t size, float* dw) {
  for (int64_t k = 0; k < size; k += kLanes) {
    Lanes rows[3][4];
    for (int j = 0; j < 4; j++) {
      const Lanes a = At(s + j * size + k), b = At(s + (4 + j) * size + k);
      const Lanes c = At(s + (8 + j) * size + k), d = At(s + (12 + j) * size + k);
      rows[0][j] = a + 0.5f * (b + c);
      rows[1][j] = 0.5f * (b - c);
      rows[2][j] = 0.5f * (b + c) + d;
    }
    for (int i = 0; i < 3; i++) {
      const Lanes *r = rows[i];
      At(dw + (3 * i) * size + k) = r[0] + 0.5f * (r[1] + r[2]);
      At(dw + (3 * i + 1) * size + k) = 0.5f * (r[1] - r[2]);
      At(dw + (3 * i + 2) * size + k) = 0.5f * (r[1] + r[2]) + r[3];
    }
  }
}

/** The filter of the input's gradient: turned by 180°, inputs and outputs exchanged. */
std::vector<float> Turned(const float* w, int64_t inputs, int64_t outputs) {
  std::vector<float> turned(9 * inputs * outputs);
  for (int tap = 0; tap < 9; tap++) {
    const float* from = w + (8 - tap) * inputs * outputs;
    float* to = turned.data() + tap * inputs * outputs;
    for (int64_t i = 0; i < inputs; i++)
      for (int64_t o = 0; o < outputs; o++) to[o * inputs + i] = from[i * outputs + o];
  }
  return turned;
}

/** products = transformed · u at each position. */
template <int kInputs>
void MultiplyBlock(Block& transformed, const float* u, Block* products) {
  const int64_t inputs = transformed.channels, outputs = products->channels;
  for (int p = 0; p < 16; p++)
    Multiply16<false, kInputs>(transformed.at(p, 0), inputs, 1, u + p * inputs * outputs, outputs, inputs, products->at(p, 0), outputs,
                               outputs);
}

/** Convolution(x, filter): of the output with `transposed`, that is, the gradient of the input. */
class Convolution : public OpKernel {
 public:
  explicit Convolution(OpKernelConstruction* construction) : OpKernel(construction) {
    OP_REQUIRES_OK(construction, construction->GetAttr("transposed", &transposed_));
  }

  void Compute(OpKernelContext* context) override {
    const Tensor &x = context->input(0), &filter = context->input(1);
    const int64_t inputs = filter.dim_size(transposed_ ? 3 : 2), outputs = filter.dim_size(transposed_ ? 2 : 3);
    const Tiles tiles(x);
    Tensor* y;
    OP_REQUIRES_OK(context, context->allocate_output(0, {x.dim_size(0), x.dim_size(1), x.dim_size(2), outputs}, &y));
    const float* from = DataOf(x);
    float* to = y->flat<float>().data();
    const auto u = transposed_ ? TransformFilter(Turned(DataOf(filter), outputs, inputs).data(), inputs, outputs)
                               : TransformFilter(DataOf(filter), inputs, outputs);
    const auto multiply = inputs == 16 ? MultiplyBlock<16> : inputs == 32 ? MultiplyBlock<32> : inputs == 64 ? MultiplyBlock<64> : MultiplyBlock<0>;
    const int64_t blocks = (tiles.count + kTiles - 1) / kTiles;
    ForRanges(context, blocks, kTiles * inputs * outputs, [&](int64_t begin, int64_t end) {
      Block transformed(kTiles, inputs), products(kTiles, outputs);
      for (int64_t block = begin; block < end; block++) {
        const int64_t first = block * kTiles;
        const int count = std::min<int64_t>(kTiles, tiles.count - first);
        TransformInputs(from, tiles, first, count, &transformed);
        multiply(transformed, u.data(), &products);
        TransformOutputs(products, tiles, first, count, to);
      }
    });
  }

 private:
  bool transposed_;
};

/** ConvolutionFilterGradient(x, dy) */
class ConvolutionFilterGradient : public OpKernel {
 public:
  using OpKernel::OpKernel;

  void Compute(OpKernelContext* context) override {
    const Tensor &x = context->input(0), &dy = context->input(1);
    const int64_t inputs = x.dim_size(3), outputs = dy.dim_size(3), size = 16 * inputs * outputs;
    const Tiles tiles(x);
    Tensor* dw;
    OP_REQUIRES_OK(context, context->allocate_output(0, {3, 3, inputs, outputs}, &dw));
    const int64_t depth = inputs < 64 ? kTiles : 2 * kTiles;  // the sums of 64 channels are worth fewer visits
    const int64_t blocks = (tiles.count + depth - 1) / depth;
    const int64_t tasks = std::min<int64_t>(8, blocks);
    std::vector<float> partial(tasks * size);
    ForTasks(context, tasks, blocks / tasks * depth * inputs * outputs, [&](int64_t task) {
      Block left(depth, inputs), right(depth, outputs);
      float* sums = partial.data() + task * size;
      for (int64_t block = blocks * task / tasks; block < blocks * (task + 1) / tasks; block++) {
        const int64_t first = block * depth;
        const int count = std::min<int64_t>(depth, tiles.count - first);
        TransformInputs(DataOf(x), tiles, first, count, &left);
        TransformOutputGradients(DataOf(dy), tiles, first, count, &right);
        for (int p = 0; p < 16; p++)
          for (int64_t i = 0; i < inputs; i += 16)
            Multiply16<true, 1>(left.at(p, 0) + i, 1, inputs, right.at(p, 0), outputs, count, sums + (p * inputs + i) * outputs,
                             outputs, outputs);
      }
    });
    for (int64_t task = 1; task < tasks; task++)
      for (int64_t k = 0; k < size; k += kLanes) At(partial.data() + k) += At(partial.data() + task * size + k);
    TransformFilterGradient(partial.data(), inputs * outputs, dw->flat<float>().data());
  }
};

REGISTER_OP("NaslabConvolution")
    .Input("x: float")
    .Input("filter: float")
    .Attr("transposed: bool")
    .Output("y: float")
    .SetShapeFn(tensorflow::shape_inference::UnknownShape);
REGISTER_OP("NaslabConvolutionFilterGradient")
    .Input("x: float")
    .Input("dy: float")
    .Output("gradient: float")
    .SetShapeFn(tensorflow::shape_inference::UnknownShape);
REGISTER_KERNEL_BUILDER(Name("NaslabConvolution").Device(tensorflow::DEVICE_CPU), Convolution);
REGISTER_KERNEL_BUILDER(Name("NaslabConvolutionFilterGradient").Device(tensorflow::DEVICE_CPU), ConvolutionFilterGradient);

}  // namespace
}  // namespace naslab
