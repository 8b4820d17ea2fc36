// SPDX-License-Identifier: Apache-2.0
#include "server/directory/wiping_memory.h"

#include <errno.h>
#include <malloc.h>
#include <string.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>

#ifndef SUDARE_SANITIZED

namespace {

// Constant initialisation: this is called before any constructor runs.
std::atomic<unsigned long> wiped_frees{0};

}  // namespace

// glibc's own, under the names that are there for whoever puts others in front of them.
extern "C" void __libc_free(void* memory);
extern "C" void* __libc_realloc(void* memory, std::size_t size);

extern "C" void free(void* memory) {
    if (memory == nullptr)
        return;
    const int before = errno;
    ::explicit_bzero(memory, ::malloc_usable_size(memory));
    wiped_frees.fetch_add(1, std::memory_order_relaxed);
    __libc_free(memory);
    errno = before;
}

// glibc's moves to another place and gives the old one back by itself.
extern "C" void* realloc(void* memory, std::size_t size) {
    if (memory == nullptr || size == 0) {
        if (memory != nullptr)
            ::explicit_bzero(memory, ::malloc_usable_size(memory));
        return __libc_realloc(memory, size);
    }
    const std::size_t had = ::malloc_usable_size(memory);
    if (size <= had && size >= had / 2)
        return memory;
    void* other = std::malloc(size);
    if (other == nullptr)
        return nullptr;
    ::memcpy(other, memory, std::min(size, had));
    free(memory);
    return other;
}

#endif

namespace sudare::directory {

// A string that the C library makes and that this frees: both ends must be the ones above.
bool freed_memory_is_wiped() {
#ifdef SUDARE_SANITIZED
    return true;
#else
    const unsigned long before = wiped_frees.load();
    char* made = ::strdup("x");
    std::free(made);
    return wiped_frees.load() != before;
#endif
}

}  // namespace sudare::directory
