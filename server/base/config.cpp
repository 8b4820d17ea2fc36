// SPDX-License-Identifier: Apache-2.0
#include "server/base/config.h"

#include <spdlog/fmt/fmt.h>
#include <toml++/toml.h>

#include <fstream>
#include <sstream>

namespace sudare {

struct Config::Table {
    std::string name;
    toml::table root;
    std::set<std::string> asked;
};

namespace {

std::string position(const std::string& name, const toml::node& node) {
    return fmt::format("{}:{}", name, node.source().begin.line);
}

tl::unexpected<Error> wrong_type(const std::string& name, const std::string& field,
                                 const toml::node& node, const char* wanted) {
    return fail(Errc::kBadInput, fmt::format("{}: field \"{}\" must be {}", position(name, node),
                                             field, wanted));
}

// The dotted paths of all leaves.
void collect(const toml::table& table, const std::string& prefix, std::vector<std::string>& out) {
    for (const auto& [key, node] : table) {
        const std::string path = prefix + std::string(key.str());
        if (const auto* inner = node.as_table())
            collect(*inner, path + ".", out);
        else
            out.push_back(path);
    }
}

}  // namespace

Config::Config(std::unique_ptr<Table> table) : table_(std::move(table)) {}
Config::Config(Config&&) noexcept = default;
Config& Config::operator=(Config&&) noexcept = default;
Config::~Config() = default;

Result<Config> Config::load(const std::string& path) {
    std::ifstream file(path);
    if (!file)
        return fail(Errc::kNotFound, fmt::format("cannot read settings file \"{}\"", path));
    std::stringstream text;
    text << file.rdbuf();
    return parse(text.str(), path);
}

Result<Config> Config::parse(const std::string& text, const std::string& name) {
    auto table = std::make_unique<Table>();
    table->name = name;
    try {
        table->root = toml::parse(text, name);
    } catch (const toml::parse_error& error) {
        return fail(Errc::kBadInput, fmt::format("{}:{}: not valid TOML: {}", name,
                                                 error.source().begin.line, error.description()));
    }
    return Config(std::move(table));
}

Result<std::string> Config::text(const std::string& field) {
    table_->asked.insert(field);
    const auto node = table_->root.at_path(field);
    if (!node)
        return fail(Errc::kBadInput, fmt::format("{}: field \"{}\" is missing; set it to a text",
                                                 table_->name, field));
    if (const auto value = node.value<std::string>())
        return *value;
    return wrong_type(table_->name, field, *node.node(), "a text");
}

Result<std::string> Config::text(const std::string& field, const std::string& fallback) {
    table_->asked.insert(field);
    if (!table_->root.at_path(field))
        return fallback;
    return text(field);
}

Result<std::int64_t> Config::integer(const std::string& field, std::int64_t fallback,
                                     std::int64_t low, std::int64_t high) {
    table_->asked.insert(field);
    const auto node = table_->root.at_path(field);
    if (!node)
        return fallback;
    const auto* value = node.as_integer();
    if (value == nullptr)
        return wrong_type(table_->name, field, *node.node(), "a whole number");
    if (value->get() < low || value->get() > high)
        return fail(Errc::kBadInput,
                    fmt::format("{}: field \"{}\" is {}, but must be {} to {}",
                                position(table_->name, *value), field, value->get(), low, high));
    return value->get();
}

Result<bool> Config::boolean(const std::string& field, bool fallback) {
    table_->asked.insert(field);
    const auto node = table_->root.at_path(field);
    if (!node)
        return fallback;
    if (const auto* value = node.as_boolean())
        return value->get();
    return wrong_type(table_->name, field, *node.node(), "true or false");
}

Result<std::vector<std::string>> Config::list(const std::string& field) {
    table_->asked.insert(field);
    std::vector<std::string> out;
    const auto node = table_->root.at_path(field);
    if (!node)
        return out;
    const auto* values = node.as_array();
    if (values == nullptr)
        return wrong_type(table_->name, field, *node.node(), "a list of texts");
    for (const auto& value : *values) {
        const auto text = value.value<std::string>();
        if (!text)
            return wrong_type(table_->name, field, value, "a list of texts");
        out.push_back(*text);
    }
    return out;
}

Result<void> Config::finish() const {
    std::vector<std::string> present;
    collect(table_->root, "", present);
    for (const std::string& field : present)
        if (!table_->asked.contains(field))
            return fail(Errc::kBadInput,
                        fmt::format("{}: field \"{}\" is not known; remove it or correct its name",
                                    table_->name, field));
    return {};
}

}  // namespace sudare
