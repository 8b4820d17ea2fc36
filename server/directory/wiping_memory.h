// SPDX-License-Identifier: Apache-2.0
#pragma once

// A program that links wiping_memory.cpp overwrites all memory that it frees, whoever frees it: libldap
// copies a password into its messages, GnuTLS into its records, and both free them as they are.
// (liblber's LBER_OPT_MEMORY_FNS does not help: libldap allocates without a context, and those calls go
// past it.) Not under sanitizers, whose allocator has its own.
namespace sudare::directory {

// Whether it is in place, by trying.
bool freed_memory_is_wiped();

}  // namespace sudare::directory
