// Products of matrices in the processor's registers.
#pragma once

#include "lanes.h"

namespace naslab {

/**
 * c (+)= a b for R rows and N vectors of columns, all of c in registers. Rows of `a` are kRow apart, or rowOfA where that is 0: known
 * distances need no registers.
 */
template <int R, int N, bool kAdd, int kRow>
void Multiply(const float* a, int64_t rowOfA, int64_t stepOfA, const float* b, int64_t stepOfB, int64_t depth, float* c, int64_t rowOfC) {
  const int64_t row = kRow ? kRow : rowOfA;
  Lanes sum[R][N];
#pragma GCC unroll 16
  for (int r = 0; r < R; r++)
#pragma GCC unroll 4
    for (int n = 0; n < N; n++) sum[r][n] = kAdd ? At(c + r * rowOfC + n * kLanes) : Lanes{};
  for (int64_t k = 0; k < depth; k++) {
    Lanes right[N];
#pragma GCC unroll 4
    for (int n = 0; n < N; n++) right[n] = At(b + k * stepOfB + n * kLanes);
#pragma GCC unroll 16
    for (int r = 0; r < R; r++) {
      const float left = a[r * row + k * stepOfA];
#pragma GCC unroll 4
      for (int n = 0; n < N; n++) sum[r][n] += left * right[n];
    }
  }
#pragma GCC unroll 16
  for (int r = 0; r < R; r++)
#pragma GCC unroll 4
    for (int n = 0; n < N; n++) At(c + r * rowOfC + n * kLanes) = sum[r][n];
}

/** c (+)= a b for sixteen rows; `columns` is a multiple of the lanes. */
template <bool kAdd, int kRow>
void Multiply16(const float* a, int64_t rowOfA, int64_t stepOfA, const float* b, int64_t stepOfB, int64_t depth, float* c,
                int64_t rowOfC, int64_t columns) {
  const int64_t row = kRow ? kRow : rowOfA;
  int64_t n = 0;
  for (; n + 2 * kLanes <= columns; n += 2 * kLanes) {
    Multiply<8, 2, kAdd, kRow>(a, row, stepOfA, b + n, stepOfB, depth, c + n, rowOfC);
    Multiply<8, 2, kAdd, kRow>(a + 8 * row, row, stepOfA, b + n, stepOfB, depth, c + 8 * rowOfC + n, rowOfC);
  }
  if (n < columns) Multiply<16, 1, kAdd, kRow>(a, row, stepOfA, b + n, stepOfB, depth, c + n, rowOfC);
}

/** c = a b for any number of rows; `columns`, which is how far apart b's rows are, is a multiple of the lanes. */
template <int kRow, int R = 8>
void MultiplyRows(const float* a, int64_t rowOfA, const float* b, int64_t columns, int64_t depth, float* c, int64_t rowOfC, int64_t rows) {
  int64_t r = 0;
  for (; r + R <= rows; r += R) {
    const float* left = a + r * rowOfA;
    float* to = c + r * rowOfC;
    int64_t n = 0;
    for (; n + 2 * kLanes <= columns; n += 2 * kLanes) Multiply<R, 2, false, kRow>(left, rowOfA, 1, b + n, columns, depth, to + n, rowOfC);
    if (n < columns) Multiply<R, 1, false, kRow>(left, rowOfA, 1, b + n, columns, depth, to + n, rowOfC);
  }
  if constexpr (R > 1) {
    if (r < rows) MultiplyRows<kRow, R / 2>(a + r * rowOfA, rowOfA, b, columns, depth, c + r * rowOfC, rowOfC, rows - r);
  }
}

/** The same for a whole matrix `a` whose rows follow each other, `row` apart. */
inline void MultiplyMatrix(const float* a, int64_t row, const float* b, int64_t columns, int64_t depth, float* c, int64_t rowOfC, int64_t rows) {
  const auto multiply = row == 16 ? MultiplyRows<16> : row == 32 ? MultiplyRows<32> : row == 64 ? MultiplyRows<64> : MultiplyRows<0>;
  multiply(a, row, b, columns, depth, c, rowOfC, rows);
}

}  // namespace naslab
