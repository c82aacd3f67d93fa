// TensorFlow operations for the sum that a node of a search cell is (DARTS eq. 2): y = Σ_k w_k BN(x_k) + Σ_m w_m z_m over normalised
// and plain terms, and its gradient. TensorFlow's own kernels would pass over memory three times as often.
//
// Feature maps are [batch, height, width, channels]; here they are rows of channels, one for each pixel of each image.
#include <vector>

#include "moments.h"
#include "tensorflow/core/framework/common_shape_fns.h"
#include "tensorflow/core/framework/op.h"

namespace naslab {
namespace {

using tensorflow::OpKernel;
using tensorflow::OpKernelConstruction;
using tensorflow::OpKernelContext;
using tensorflow::Tensor;
using tensorflow::TensorShape;

/** Terms that a mixture may have. */
constexpr int kTerms = 64;

std::vector<const float*> ListOf(OpKernelContext* context, const char* name) {
  tensorflow::OpInputList list;
  TF_CHECK_OK(context->input_list(name, &list));
  std::vector<const float*> data;
  for (const Tensor& tensor : list) data.push_back(DataOf(tensor));
  return data;
}

/** Mixture(normalised, plain, weights): y, and each normalised term's mean, unbiased variance and 1/σ, [K, channels]. */
class Mixture : public OpKernel {
 public:
  explicit Mixture(OpKernelConstruction* construction) : OpKernel(construction) {
    OP_REQUIRES_OK(construction, construction->GetAttr("K", &k_));
    OP_REQUIRES_OK(construction, construction->GetAttr("M", &m_));
    OP_REQUIRES_OK(construction, construction->GetAttr("epsilon", &epsilon_));
  }

  void Compute(OpKernelContext* context) override {
    const TensorShape& shape = context->input(0).shape();
    const Rows rows(shape);
    const int64_t channels = rows.channels;
    OP_REQUIRES(context, k_ + m_ <= kTerms, tensorflow::errors::InvalidArgument("mixture: more than ", kTerms, " terms"));
    for (int n = 1; n < k_ + m_; n++)
      OP_REQUIRES(context, context->input(n).shape() == shape,
                  tensorflow::errors::InvalidArgument("mixture: terms of shapes ", shape.DebugString(), " and ",
                                                      context->input(n).shape().DebugString()));
    const auto normalised = ListOf(context, "normalised");
    const auto plain = ListOf(context, "plain");
    const float* weights = DataOf(context->input(k_ + m_));

    Tensor *y, *mean, *variance, *inverse;
    OP_REQUIRES_OK(context, context->allocate_output(0, shape, &y));
    OP_REQUIRES_OK(context, context->allocate_output(1, {k_, channels}, &mean));
    OP_REQUIRES_OK(context, context->allocate_output(2, {k_, channels}, &variance));
    OP_REQUIRES_OK(context, context->allocate_output(3, {k_, channels}, &inverse));
    std::vector<float> factor(k_ * channels), offset(channels);
    Moments(context, normalised, rows, epsilon_, mean->flat<float>().data(), variance->flat<float>().data(), inverse->flat<float>().data());
    for (int k = 0; k < k_; k++) {
      for (int64_t c = 0; c < channels; c++) {
        const int64_t kc = k * channels + c;
        factor[kc] = weights[k] * inverse->flat<float>()(kc);
        offset[c] -= factor[kc] * mean->flat<float>()(kc);
      }
    }
    float* out = y->flat<float>().data();
    // A plain term is one whose factor is the same for all channels.
    std::vector<const float*> terms = normalised;
    terms.insert(terms.end(), plain.begin(), plain.end());
    for (int m = 0; m < m_; m++) factor.insert(factor.end(), channels, weights[k_ + m]);
    ForBlocks(context, rows, channels * (k_ + m_ + 1), [&](auto width, int64_t, int64_t first, int64_t last, int64_t c) {
      using Lanes = typename Group<width>::Lanes;
      const int count = terms.size();
      Lanes f[kTerms];
      for (int n = 0; n < count; n++) f[n] = Group<width>::At(factor.data() + n * channels + c);
      const Lanes start = Group<width>::At(offset.data() + c);
      for (int64_t at = first * channels + c; at < last * channels; at += channels) {
        Lanes sum = start;
        for (int n = 0; n < count; n++) sum += f[n] * Group<width>::At(terms[n] + at);
        Group<width>::At(out + at) = sum;
      }
    });
  }

 private:
  int k_, m_;
  float epsilon_;
};

/**
 * MixtureSums(dy, normalised, plain, weights, mean, inverse): the gradient of the weights [K + M], and [K, 3, channels] with the p, q, r of
 * dx_k = p dy + q x_k + r.
 */
class MixtureSums : public OpKernel {
 public:
  explicit MixtureSums(OpKernelConstruction* construction) : OpKernel(construction) {
    OP_REQUIRES_OK(construction, construction->GetAttr("K", &k_));
    OP_REQUIRES_OK(construction, construction->GetAttr("M", &m_));
  }

  void Compute(OpKernelContext* context) override {
    const TensorShape& shape = context->input(0).shape();
    const Rows rows(shape);
    const int64_t channels = rows.channels;
    const float* dy = DataOf(context->input(0));
    const auto normalised = ListOf(context, "normalised");
    const auto plain = ListOf(context, "plain");
    const float* weights = DataOf(context->input(1 + k_ + m_));
    const float* mean = DataOf(context->input(2 + k_ + m_));
    const float* inverse = DataOf(context->input(3 + k_ + m_));

    // Of each task: Σ dy, then Σ dy (x_k − μ_k) for each k, then Σ dy z_m for each m, by channel.
    const int64_t count = (1 + k_ + m_) * channels;
    std::vector<float> partial(rows.tasks * count);
    ForBlocks(context, rows, 2 * channels * (k_ + m_ + 1), [&](auto width, int64_t task, int64_t first, int64_t last, int64_t c) {
      using Lanes = typename Group<width>::Lanes;
      float* to = partial.data() + task * count + c;
      const auto sum = [&](int n, const auto& product) {
        Lanes sums[4] = {};
        for (int64_t row = first; row < last; row++) sums[row % 4] += product(row * channels + c);
        Group<width>::At(to + n * channels) = (sums[0] + sums[1]) + (sums[2] + sums[3]);
      };
      sum(0, [&](int64_t at) { return Group<width>::At(dy + at); });
      for (int k = 0; k < k_; k++) {
        const Lanes mu = Group<width>::At(mean + k * channels + c);
        sum(1 + k, [&, x = normalised[k]](int64_t at) { return Group<width>::At(dy + at) * (Group<width>::At(x + at) - mu); });
      }
      for (int m = 0; m < m_; m++)
        sum(1 + k_ + m, [&, z = plain[m]](int64_t at) { return Group<width>::At(dy + at) * Group<width>::At(z + at); });
    });
    const auto total = Total(partial, count);

    Tensor *gradient, *coefficients;
    OP_REQUIRES_OK(context, context->allocate_output(0, {k_ + m_}, &gradient));
    OP_REQUIRES_OK(context, context->allocate_output(1, {k_, 3, channels}, &coefficients));
    float* p = coefficients->flat<float>().data();
    for (int n = 0; n < k_ + m_; n++) {
      double sum = 0;
      for (int64_t c = 0; c < channels; c++)
        sum += total[(1 + n) * channels + c] * (n < k_ ? inverse[n * channels + c] : 1);
      gradient->flat<float>()(n) = sum;
    }
    for (int k = 0; k < k_; k++) {
      for (int64_t c = 0; c < channels; c++) {
        const double s = inverse[k * channels + c], factor = weights[k] * s;
        const double slope = -factor * s * s * total[(1 + k) * channels + c] / rows.count;
        p[(3 * k) * channels + c] = factor;
        p[(3 * k + 1) * channels + c] = slope;
        p[(3 * k + 2) * channels + c] = -factor * total[c] / rows.count - slope * mean[k * channels + c];
      }
    }
  }

 private:
  int k_, m_;
};

/** MixtureTerm(dy, x, coefficients): p dy + q x + r with row k of the coefficients; in the place of x where nothing else needs it. */
class MixtureTerm : public OpKernel {
 public:
  explicit MixtureTerm(OpKernelConstruction* construction) : OpKernel(construction) {
    OP_REQUIRES_OK(construction, construction->GetAttr("k", &k_));
  }

  void Compute(OpKernelContext* context) override {
    const TensorShape& shape = context->input(0).shape();
    const Rows rows(shape);
    const int64_t channels = rows.channels;
    const float* dy = DataOf(context->input(0));
    const float* x = DataOf(context->input(1));
    const float* factors = DataOf(context->input(2)) + 3 * k_ * channels;
    Tensor* dx;
    OP_REQUIRES_OK(context, context->forward_input_or_allocate_output({1}, 0, shape, &dx));
    float* out = dx->flat<float>().data();
    ForBlocks(context, rows, 3 * channels, [&](auto width, int64_t, int64_t first, int64_t last, int64_t c) {
      using Lanes = typename Group<width>::Lanes;
      const Lanes p = Group<width>::At(factors + c), q = Group<width>::At(factors + channels + c), r = Group<width>::At(factors + 2 * channels + c);
      for (int64_t at = first * channels + c; at < last * channels; at += channels)
        Group<width>::At(out + at) = p * Group<width>::At(dy + at) + (q * Group<width>::At(x + at) + r);
    });
  }

 private:
  int k_;
};

REGISTER_OP("NaslabMixture")
    .Input("normalised: K * float")
    .Input("plain: M * float")
    .Input("weights: float")
    .Attr("K: int >= 0")
    .Attr("M: int >= 0")
    .Attr("epsilon: float")
    .Output("y: float")
    .Output("mean: float")
    .Output("variance: float")
    .Output("inverse: float")
    .SetShapeFn(tensorflow::shape_inference::UnknownShape);
REGISTER_OP("NaslabMixtureSums")
    .Input("dy: float")
    .Input("normalised: K * float")
    .Input("plain: M * float")
    .Input("weights: float")
    .Input("mean: float")
    .Input("inverse: float")
    .Attr("K: int >= 0")
    .Attr("M: int >= 0")
    .Output("gradient: float")
    .Output("coefficients: float")
    .SetShapeFn(tensorflow::shape_inference::UnknownShape);
REGISTER_OP("NaslabMixtureTerm")
    .Input("dy: float")
    .Input("x: float")
    .Input("coefficients: float")
    .Attr("k: int >= 0")
    .Output("dx: float")
    .SetShapeFn(tensorflow::shape_inference::UnchangedShape);

REGISTER_KERNEL_BUILDER(Name("NaslabMixture").Device(tensorflow::DEVICE_CPU), Mixture);
REGISTER_KERNEL_BUILDER(Name("NaslabMixtureSums").Device(tensorflow::DEVICE_CPU), MixtureSums);
REGISTER_KERNEL_BUILDER(Name("NaslabMixtureTerm").Device(tensorflow::DEVICE_CPU), MixtureTerm);

}  // namespace
}  // namespace naslab
