// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

// Errors are values. A function that can fail returns Result<T>; nothing here throws.
namespace sudare {

// What kind of failure, for callers that react differently. The message is for a person.
enum class Errc {
    kBadInput,     // bytes or settings from outside that are not well-formed
    kLimit,        // well-formed, but above a stated maximum
    kState,        // not permitted in the present state
    kDenied,       // a rule or a right says no
    kNotFound,     // the named thing does not exist
    kUnavailable,  // try again later: busy, peer gone, resource short
    kSystem,       // a system or library call failed; the message names it
};

struct Error {
    Errc code = Errc::kSystem;
    std::string message;
};

template <typename T = void>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> fail(Errc code, std::string message) {
    return tl::unexpected<Error>(Error{code, std::move(message)});
}

// kSystem with errno's text; call it directly after the failed call.
[[nodiscard]] tl::unexpected<Error> fail_errno(const char* call);

}  // namespace sudare

#define SUDARE_CONCAT_(a, b) a##b
#define SUDARE_CONCAT(a, b) SUDARE_CONCAT_(a, b)

// SUDARE_TRY(auto value, expression): declares value, or returns the error to the caller.
#define SUDARE_TRY(declaration, expression)                              \
    auto SUDARE_CONCAT(try_, __LINE__) = (expression);                   \
    if (!SUDARE_CONCAT(try_, __LINE__))                                  \
        return tl::unexpected(std::move(SUDARE_CONCAT(try_, __LINE__)).error()); \
    declaration = std::move(*SUDARE_CONCAT(try_, __LINE__))

// SUDARE_CHECK(expression): for Result<void>.
#define SUDARE_CHECK(expression)                                         \
    if (auto check = (expression); !check)                               \
    return tl::unexpected(std::move(check).error())
