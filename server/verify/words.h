// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "server/verify/report_text.h"

namespace sudare::verify {

// Lines of a report in one of the two languages.
class Text {
public:
    explicit Text(Language language) : japanese_(language == Language::kJapanese) {}
    Text& line(const std::string& english, const std::string& japanese) {
        out_ += (japanese_ ? japanese : english) + "\n";
        return *this;
    }
    Text& item(const std::string& english, const std::string& japanese) {
        return line("  - " + english, "  - " + japanese);
    }
    [[nodiscard]] std::string pick(const std::string& english, const std::string& japanese) const {
        return japanese_ ? japanese : english;
    }
    [[nodiscard]] std::string done() const { return out_; }

    void verdict(Verdict verdict, const std::string& what);
    void found(const std::vector<Finding>& findings);

private:
    bool japanese_;
    std::string out_;
};

inline std::string key_text(const evidence::Checkpoint& checkpoint, const std::string& key_id) {
    return checkpoint.origin + " (" + key_id + ")";
}

}  // namespace sudare::verify
