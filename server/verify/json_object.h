// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "server/verify/report_text.h"

namespace sudare::verify {

// Builds one object; a JSON library would be one more thing to trust.
class Object {
public:
    Object& text(const char* name, const std::string& value) { return raw(name, quoted(value)); }
    Object& number(const char* name, std::uint64_t value) {
        return raw(name, std::to_string(value));
    }
    Object& flag(const char* name, bool value) { return raw(name, value ? "true" : "false"); }
    Object& raw(const char* name, const std::string& value) {
        body_ += (body_.empty() ? "" : ",") + quoted(name) + ":" + value;
        return *this;
    }
    [[nodiscard]] std::string done() const { return "{" + body_ + "}"; }

    static std::string quoted(const std::string& value) { return json_quoted(value); }

private:
    std::string body_;
};

template <typename Items, typename Text>
std::string array(const Items& items, Text&& text) {
    std::string out;
    for (const auto& item : items)
        out += (out.empty() ? "" : ",") + text(item);
    return "[" + out + "]";
}

const char* word_of(Verdict verdict);
std::string findings(const std::vector<Finding>& all);
void put_checkpoint(Object& out, const std::optional<evidence::Checkpoint>& checkpoint,
                    const std::string& key_id);

}  // namespace sudare::verify
