// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "protocol/core/self_test.h"
#include "server/base/log.h"
#include "server/ctl/self_test.h"

namespace sudare::ctl {
namespace {

namespace json = boost::json;

constexpr std::size_t kDetailMax = 1024;

std::string string_of(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::optional<std::uint64_t> number_of(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    json::error_code error;
    const auto number = value != nullptr ? value->to_number<std::uint64_t>(error) : 0;
    return value != nullptr && !error ? std::optional(number) : std::nullopt;
}

// It goes into a page as it is.
bool is_base64(const std::string& text) {
    return std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '/' || c == '=';
    });
}

}  // namespace

std::vector<TryOutcome> no_tries() {
    std::vector<TryOutcome> out;
    for (const std::string_view name : self_test::kTries) {
        TryOutcome one;
        one.name = name;
        one.result = self_test::kUnclear;
        one.detail = "was not tried";
        out.push_back(std::move(one));
    }
    return out;
}

Result<void> take_try(const std::string& line, std::vector<TryOutcome>& outcomes) {
    json::error_code error;
    const json::value parsed = json::parse(line, error);
    const auto* object = error ? nullptr : parsed.if_object();
    if (object == nullptr)
        return fail(Errc::kBadInput, "sudare-selftest said: " + printable(line.substr(0, 200)));
    const auto known = std::ranges::find(outcomes, string_of(*object, "test"), &TryOutcome::name);
    const std::string result = string_of(*object, "result");
    if (known == outcomes.end() || !self_test::is_result(result))
        return fail(Errc::kBadInput, "sudare-selftest told of an unknown try or result; is it of this version?");
    known->result = result;
    known->detail = printable(string_of(*object, "detail").substr(0, kDetailMax));
    known->session = number_of(*object, "session");
    known->port = number_of(*object, "port");
    if (const auto* hosts = object->if_contains("hosts"); hosts != nullptr && hosts->is_array())
        for (const json::value& host : hosts->get_array())
            if (host.is_string())
                known->hosts.emplace_back(host.get_string());
    if (std::string picture = string_of(*object, "picture"); is_base64(picture))
        known->picture = std::move(picture);
    return {};
}

}  // namespace sudare::ctl
