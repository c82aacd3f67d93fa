// Feature maps of one image in the cache: block by block of channels with a border, where windows slide in whole vectors, and pixel by
// pixel, where matrices are multiplied.
#pragma once

#include <cstring>
#include <vector>

#include "lanes.h"

namespace naslab {

/** Numbers at the begin of a line of the processor's cache, so that no vector spans two. */
using Scratch = std::vector<float, Eigen::aligned_allocator<float>>;

inline int64_t RoundUp(int64_t x, int64_t to) { return (x + to - 1) / to * to; }

/** Channels in blocks of 4, 8 or 16, the last one filled up. */
struct Blocks {
  explicit Blocks(int64_t channels)
      : channels(channels),
        width(channels <= 4   ? 4
              : channels <= 8 ? 8
                              : kLanes),
        count((channels + width - 1) / width),
        filled(count * width) {}
  /** Channels that block b has. */
  int64_t in(int64_t b) const { return std::min(width, channels - b * width); }
  /** Where channel c is, filled up: a value for each lane of each block, which holds several pixels where it is narrower than a vector. */
  template <typename Value>
  std::vector<float> Spread(const Value& value) const {
    std::vector<float> lanes(count * kLanes);
    for (int64_t k = 0; k < count * kLanes; k++) {
      const int64_t channel = k / kLanes * width + k % width;
      if (channel < channels) lanes[k] = value(channel);
    }
    return lanes;
  }
  const int64_t channels, width, count, filled;
};

/** Calls body(width) with the width of the blocks. */
template <typename Body>
void WithWidth(const Blocks& blocks, const Body& body) {
  if (blocks.width == 16) return body(std::integral_constant<int, 16>());
  if (blocks.width == 8) return body(std::integral_constant<int, 8>());
  body(std::integral_constant<int, 4>());
}

/** Windows of size² taps over a feature map, those of odd size with a border that puts the first one's centre on the first pixel. */
struct Windows {
  Windows(int64_t height, int64_t width, int64_t size, int64_t stride, int64_t dilation)
      : height(height),
        width(width),
        size(size),
        stride(stride),
        dilation(dilation),
        border(dilation * ((size - 1) / 2)),
        rows(Count(height)),
        columns(Count(width)) {}
  int64_t Count(int64_t pixels) const { return (pixels + 2 * border - dilation * (size - 1) - 1) / stride + 1; }
  const int64_t height, width, size, stride, dilation, border, rows, columns;
};

/** A map's pixels one after the other, all channels of each, a row filled up to whole vectors. */
struct Pixels {
  Pixels(int64_t rows, int64_t columns, const Blocks& blocks)
      : step(blocks.filled), line(RoundUp(columns * blocks.filled, kLanes)), size(rows * line) {}
  const int64_t step, line, size;
};

/**
 * A block's rows with a border of zeros. With more than one phase, a row has first the columns 0, phases, 2 phases …, then 1, phases + 1 …:
 * neighbouring windows at a stride then read neighbouring pixels.
 */
struct Plane {
  Plane(int64_t rows, int64_t columns, int64_t border, int64_t phases, const Blocks& blocks)
      : border(border),
        phases(phases),
        width(blocks.width),
        phase((columns + 2 * border + phases - 1) / phases * width),
        line(phases * phase),
        size((rows + 2 * border) * line + kLanes),
        pixels(columns) {
    for (int64_t column = 0; column < columns; column++) pixels[column] = border * line + at(column + border);
  }
  /** Of the pixel in a column that counts from the border's first. */
  int64_t at(int64_t column) const { return column % phases * phase + column / phases * width; }
  const int64_t border, phases, width, phase, line, size;
  /** Of the pixels of the map's first row. */
  std::vector<int64_t> pixels;
};

/** Some of a vector's lanes, the others zero. @param end of what may be read. */
template <int W>
inline typename Group<W>::Lanes LoadSome(const float* from, int64_t count, const float* end) {
  typename Group<W>::Lanes lanes{};
  if (from + W <= end) {
    lanes = Group<W>::At(from);
    for (int k = 0; k < W; k++) lanes[k] = k < count ? lanes[k] : 0.0f;
  } else {
    std::memcpy(&lanes, from, count * sizeof(float));
  }
  return lanes;
}

template <int W>
inline void StoreSome(const typename Group<W>::Lanes& lanes, int64_t count, float* to) {
  if (count == W) {
    Group<W>::At(to) = lanes;
    return;
  }
  float all[W];
  Group<W>::At(all) = lanes;
  int64_t k = 0;
  for (; k + 4 <= count; k += 4) Group<4>::At(to + k) = Group<4>::At(all + k);
  for (; k < count; k++) to[k] = all[k];
}

/** Calls body(row, column, lanes) with block b of each pixel of an image [height, width, channels]. */
template <int W, typename Body>
inline void ForPixels(const float* image, int64_t height, int64_t width, const Blocks& blocks, int64_t b, const Body& body) {
  const int64_t channels = blocks.channels, count = blocks.in(b);
  const float* from = image + b * W;
  const float* end = image + height * width * channels;
  for (int64_t row = 0; row < height; row++) {
    if (count == W) {
      for (int64_t column = 0; column < width; column++, from += channels) body(row, column, Group<W>::At(from));
    } else {
      for (int64_t column = 0; column < width; column++, from += channels) body(row, column, LoadSome<W>(from, count, end));
    }
  }
}

/** Writes f of each pixel of an image's block b into a plane. */
template <int W, typename F>
inline void Fill(const float* image, int64_t height, int64_t width, const Blocks& blocks, int64_t b, const Plane& plane, float* to,
                 const F& f) {
  ForPixels<W>(image, height, width, blocks, b, [&](int64_t row, int64_t column, const typename Group<W>::Lanes& x) {
    Group<W>::At(to + row * plane.line + plane.pixels[column]) = f(x);
  });
}

/** How far the taps of a window's row and column are from its first. */
template <int K>
struct Taps {
  Taps(const Plane& plane, int64_t dilation)
      : row(dilation * plane.line), vectors(plane.phases == 1 && plane.width == kLanes ? dilation : 0) {
    for (int u = 0; u < K; u++) column[u] = plane.at(u * dilation);
  }
  int64_t row, column[K];
  /** By how many whole vectors neighbouring taps of a row are apart; 0 where it is not by whole ones. */
  int64_t vectors;
};

/** Calls body(D) with the distance of the taps in vectors, as a constant. */
template <int K, typename Body>
inline void WithDistance(const Taps<K>& taps, const Body& body) {
  if (taps.vectors == 1) return body(std::integral_constant<int, 1>());
  if (taps.vectors == 2) return body(std::integral_constant<int, 2>());
  body(std::integral_constant<int, 0>());
}

/**
 * Calls body(u, r, x) for R neighbouring windows r and the K taps u of one of their rows with what is there. With a distance of D vectors
 * each vector is loaded once for all windows that see it.
 */
template <int K, int R, int D, typename Body>
inline __attribute__((always_inline)) void ForTaps(const float* row, const Taps<K>& taps, const Body& body) {
  if constexpr (D == 0) {
#pragma GCC unroll 7
    for (int u = 0; u < K; u++)
#pragma GCC unroll 8
      for (int r = 0; r < R; r++) body(u, r, At(row + taps.column[u] + r * kLanes));
  } else {
#pragma GCC unroll 20
    for (int at = 0; at < R + (K - 1) * D; at++) {
      const Lanes x = At(row + at * kLanes);
#pragma GCC unroll 7
      for (int u = 0; u < K; u++)
        if (at >= u * D && at - u * D < R) body(u, at - u * D, x);
    }
  }
}

/** R neighbouring vectors of a row of windows: the sums over the taps of what is there times the tap's weights [K²][lanes]. */
template <int K, int R, int D>
inline void SlideSome(const float* from, const Taps<K>& taps, const float* weights, float* to, int64_t step) {
  Lanes sum[R] = {};
#pragma GCC unroll 7
  for (int t = 0; t < K; t++) {
    Lanes weight[K];
#pragma GCC unroll 7
    for (int u = 0; u < K; u++) weight[u] = At(weights + (t * K + u) * kLanes);
    ForTaps<K, R, D>(from + t * taps.row, taps, [&](int u, int r, const Lanes& x) { sum[r] += weight[u] * x; });
  }
#pragma GCC unroll 8
  for (int r = 0; r < R; r++) At(to + r * step) = sum[r];
}

template <int K, int D, int R = 8>
inline void SlideAll(const float* from, const Taps<K>& taps, const float* weights, int64_t vectors, float* to, int64_t step) {
  int64_t v = 0;
  for (; v + R <= vectors; v += R) SlideSome<K, R, D>(from + v * kLanes, taps, weights, to + v * step, step);
  if constexpr (R > 1) {
    if (v < vectors) SlideAll<K, D, R / 2>(from + v * kLanes, taps, weights, vectors - v, to + v * step, step);
  }
}

/** A row of windows, of so many vectors; those of the result are `step` apart. */
template <int K>
inline void Slide(const float* from, const Taps<K>& taps, const float* weights, int64_t vectors, float* to, int64_t step) {
  WithDistance(taps, [&](auto distance) { SlideAll<K, distance>(from, taps, weights, vectors, to, step); });
}

/** The part of `Correlate` that R neighbouring vectors of a row of windows add, to T rows of taps. */
template <int K, int T, int R, int D>
inline __attribute__((always_inline)) void CorrelateSome(const float* from, const Taps<K>& taps, const float* own, int64_t step,
                                                         Lanes (&sum)[T][K]) {
  Lanes g[R];
#pragma GCC unroll 4
  for (int r = 0; r < R; r++) g[r] = At(own + r * step);
#pragma GCC unroll 7
  for (int t = 0; t < T; t++) ForTaps<K, R, D>(from + t * taps.row, taps, [&](int u, int r, const Lanes& x) { sum[t][u] += g[r] * x; });
}

/** Sums over all windows of what each tap sees times the window's own vector: the gradient of the weights, added to [K²][lanes]. */
template <int K>
inline void Correlate(const float* from, int64_t lineOfWindows, const Taps<K>& taps, const float* own, int64_t line, int64_t step,
                      int64_t rows, int64_t vectors, float* sums) {
  constexpr int T = K <= 5 ? K : 1;  // rows of taps whose sums fit into the registers
  WithDistance(taps, [&](auto distance) {
    for (int first = 0; first < K; first += T) {
      Lanes sum[T][K];
#pragma GCC unroll 7
      for (int t = 0; t < T; t++)
#pragma GCC unroll 7
        for (int u = 0; u < K; u++) sum[t][u] = At(sums + ((first + t) * K + u) * kLanes);
      for (int64_t i = 0; i < rows; i++) {
        const float* row = from + i * lineOfWindows + first * taps.row;
        int64_t v = 0;
        for (; v + 4 <= vectors; v += 4) CorrelateSome<K, T, 4, distance>(row + v * kLanes, taps, own + i * line + v * step, step, sum);
        for (; v < vectors; v++) CorrelateSome<K, T, 1, distance>(row + v * kLanes, taps, own + i * line + v * step, step, sum);
      }
#pragma GCC unroll 7
      for (int t = 0; t < T; t++)
#pragma GCC unroll 7
        for (int u = 0; u < K; u++) At(sums + ((first + t) * K + u) * kLanes) = sum[t][u];
    }
  });
}

}  // namespace naslab
