// SPDX-License-Identifier: Apache-2.0
// Owns the precompiled headers of all tests: tests/CMakeLists.txt.
#include <gtest/gtest.h>
