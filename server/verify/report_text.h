// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "server/verify/bundle.h"
#include "server/verify/report.h"

// A report in words, one screen of them, English or Japanese, and as one JSON object.
namespace sudare::verify {

enum class Language { kEnglish, kJapanese };

std::string text_of(const Report& report, const std::string& what, Language language);
std::string text_of(const BundleReport& report, const std::string& what, Language language);
std::string json_quoted(const std::string& text);
std::string json_of(const Report& report, const std::string& what);
std::string json_of(const BundleReport& report, const std::string& what);

}  // namespace sudare::verify
