// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "protocol/core/result.h"

// Settings files in TOML. Every error names file, field, value and remedy, and a field that no
// program asked for is an error: a misspelt setting must not silently fall back to its default.
namespace sudare {

class Config {
   public:
    static Result<Config> load(const std::string& path);
    static Result<Config> parse(const std::string& text, const std::string& name);
    Config(Config&&) noexcept;
    Config& operator=(Config&&) noexcept;
    ~Config();

    // field is a dotted path, "listen.port". The first form is for fields without a default.
    Result<std::string> text(const std::string& field);
    Result<std::string> text(const std::string& field, const std::string& fallback);
    Result<std::int64_t> integer(const std::string& field, std::int64_t fallback, std::int64_t low,
                                 std::int64_t high);
    Result<bool> boolean(const std::string& field, bool fallback);
    Result<std::vector<std::string>> list(const std::string& field);  // absent: empty

    // Call after the last field: an error for the first one that nobody asked for.
    Result<void> finish() const;

   private:
    struct Table;
    explicit Config(std::unique_ptr<Table> table);
    std::unique_ptr<Table> table_;
};

}  // namespace sudare
