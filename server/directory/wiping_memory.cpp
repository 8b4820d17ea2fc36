// SPDX-License-Identifier: Apache-2.0
#include "server/directory/wiping_memory.h"

#include <lber.h>
#include <malloc.h>
#include <string.h>

#include <algorithm>
#include <cstdlib>

namespace sudare::directory {
namespace {

void* take(ber_len_t size, void*) { return std::malloc(std::max<ber_len_t>(size, 1)); }

void* take_zeroed(ber_len_t count, ber_len_t size, void*) { return std::calloc(count, size); }

void give_back(void* memory, void*) {
    if (memory == nullptr)
        return;
    ::explicit_bzero(memory, ::malloc_usable_size(memory));
    std::free(memory);
}

void* take_more(void* memory, ber_len_t size, void*) {
    if (memory == nullptr)
        return std::malloc(std::max<ber_len_t>(size, 1));
    if (size == 0) {
        give_back(memory, nullptr);
        return nullptr;
    }
    void* larger = std::malloc(size);
    if (larger == nullptr)
        return nullptr;
    ::memcpy(larger, memory, std::min<std::size_t>(size, ::malloc_usable_size(memory)));
    give_back(memory, nullptr);
    return larger;
}

}  // namespace

Result<void> wipe_what_ldap_frees() {
    BerMemoryFunctions functions{&take, &take_zeroed, &take_more, &give_back};
    if (::ber_set_option(nullptr, LBER_OPT_MEMORY_FNS, &functions) != LBER_OPT_SUCCESS)
        return fail(Errc::kSystem, "ber_set_option LBER_OPT_MEMORY_FNS");
    return {};
}

}  // namespace sudare::directory
