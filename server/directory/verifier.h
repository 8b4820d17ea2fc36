// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "server/directory/connection.h"

namespace sudare::directory {

// Asks the directory whether a password is somebody's, and in which groups that person is. Threads: any,
// at the same time; each check has a connection of its own.
class Verifier {
public:
    // The settings must stand as long as this. Groups: kBadInput when one is no distinguished name.
    static Result<Verifier> create(const Settings& settings, const ipc::DirectoryGroups& groups);

    struct Verdict {
        Answer answer = Answer::kFault;
        std::uint64_t groups = 0;
    };
    // Somebody who is not there costs the same requests as somebody who is.
    [[nodiscard]] Verdict check(Watchdog& dog, const std::string& user, const std::string& password) const;

private:
    Verifier(const Settings& settings, std::vector<std::string> groups)
        : settings_(&settings), groups_(std::move(groups)) {}
    Asked<Entry> find(Connection& connection, const std::string& user) const;
    [[nodiscard]] Verdict by_search(Connection& connection, const std::string& user, const std::string& password) const;
    [[nodiscard]] Verdict by_template(Connection& connection, const std::string& user, const std::string& password) const;
    [[nodiscard]] std::uint64_t bits_of(const Entry& entry) const;

    const Settings* settings_;
    std::vector<std::string> groups_;  // canonical
};

}  // namespace sudare::directory
