// The pages of TensorFlow's libraries that loading has touched and running does not need.
#pragma once

#ifdef __linux__
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#endif

namespace naslab {

/**
 * Hands the code and constants of TensorFlow's libraries back to the page cache. Loading maps nearly all of them into the process,
 * 250 MB, to register kernels of which a search runs some fifty; what is needed is mapped again when it is used. Only segments that
 * are never written are given back: the others hold relocations.
 */
inline void ReleaseLibraryPages() {
#ifdef __linux__
  dl_iterate_phdr(
      [](dl_phdr_info* library, size_t, void*) {
        if (!std::strstr(library->dlpi_name, "libtensorflow")) return 0;
        const uintptr_t page = sysconf(_SC_PAGESIZE);
        for (int k = 0; k < library->dlpi_phnum; k++) {
          const auto& segment = library->dlpi_phdr[k];
          if (segment.p_type != PT_LOAD || segment.p_flags & PF_W) continue;
          const uintptr_t begin = library->dlpi_addr + segment.p_vaddr;
          const uintptr_t first = (begin + page - 1) / page * page;  // what shares a page with another segment stays
          const uintptr_t last = (begin + segment.p_memsz) / page * page;
          if (first < last) madvise(reinterpret_cast<void*>(first), last - first, MADV_DONTNEED);
        }
        return 0;
      },
      nullptr);
#endif
}

}  // namespace naslab
