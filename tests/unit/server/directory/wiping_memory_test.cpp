// SPDX-License-Identifier: Apache-2.0
#include "server/directory/wiping_memory.h"

#include <gtest/gtest.h>
#include <ldap.h>

#include <cstdlib>
#include <cstring>
#include <string>

extern "C" void __libc_free(void* memory);

namespace sudare::directory {
namespace {

#ifndef SUDARE_SANITIZED  // a sanitizer refuses the look at freed memory

constexpr char kWord[] = "a word that stands nowhere else";
constexpr std::size_t kBytes = 2000;

// What stands in memory after it was given back that way. malloc writes its own lists over the first
// bytes, so the word is at the end.
std::string what_is_left(void* (*take)(std::size_t), void (*give_back)(void*)) {
    char* volatile memory = static_cast<char*>(take(kBytes));
    volatile char* const there = memory;
    for (std::size_t i = 0; i < sizeof kWord; ++i)
        there[kBytes - sizeof kWord + i] = kWord[i];
    char kept[sizeof kWord] = {};
    give_back(memory);
    for (std::size_t i = 0; i < sizeof kWord; ++i)
        kept[i] = there[kBytes - sizeof kWord + i];
    kept[sizeof kWord - 1] = 0;
    return std::string(kept, sizeof kWord - 1);
}

TEST(WipingMemoryTest, WhatIsFreedIsOverwritten) {
    EXPECT_TRUE(freed_memory_is_wiped());
    const std::string nothing(sizeof kWord - 1, '\0');
    EXPECT_EQ(what_is_left(&std::malloc, &__libc_free), kWord);  // control
    EXPECT_EQ(what_is_left(&std::malloc, &std::free), nothing);
    EXPECT_EQ(what_is_left([](std::size_t size) { return ::operator new(size); },
                           [](void* memory) { ::operator delete(memory); }),
              nothing);
    // From within the library that holds passwords.
    EXPECT_EQ(what_is_left([](std::size_t size) { return ::ber_memalloc(size); }, &::ber_memfree), nothing);
    EXPECT_EQ(what_is_left(&std::malloc,
                           [](void* memory) { ::ber_memfree(::ber_memrealloc(memory, std::size_t{1} << 20U)); }),
              nothing);
}

#endif

TEST(WipingMemoryTest, GrowingAndShrinkingKeepsTheBytes) {
    for (const std::size_t size : {std::size_t{16}, std::size_t{100}, std::size_t{1} << 20U}) {
        char* memory = static_cast<char*>(std::calloc(1, 64));
        std::memcpy(memory, "0123456789", 11);
        memory = static_cast<char*>(std::realloc(memory, size));
        EXPECT_STREQ(memory, "0123456789");
        std::memset(memory + 11, 'x', size - 11);
        std::free(memory);
    }
    void* fresh = std::realloc(nullptr, 10);
    EXPECT_NE(fresh, nullptr);
    std::free(fresh);
    std::free(nullptr);
}

}  // namespace
}  // namespace sudare::directory
