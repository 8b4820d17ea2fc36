// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <vector>

#include "server/broker/policy_text.h"

// A reorganisation as a table: one row for each person, all of it or nothing.
namespace sudare::broker {

// Columns: user, groups (with ;), state (active or disabled), directory (whose password: yes or no), and fields of the policy for the user's
// own layer, by these names or the Japanese ones. An empty cell: as it is. "-": no group, unset.
struct ImportTable {
    std::vector<std::string> columns;
    std::vector<std::vector<std::string>> rows;  // each as long as columns
    bool disable_others = false;                 // who has an account and no row
    bool add_groups = false;                     // that do not exist, with kNewGroupPlace
};
inline constexpr std::uint32_t kNewGroupPlace = 100;

struct ImportError {
    std::size_t row = 0;  // from 1; 0: the columns
    std::string column;
    CtlFailure failure;
};

struct ImportPlan {
    std::vector<std::string> new_users;            // in the order of their numbers
    std::vector<std::pair<std::uint32_t, bool>> states;  // user, disabled from now on
    std::set<std::string> in_directory;  // of the new ones
    std::vector<store::PolicyChange> changes;
    std::vector<ImportError> errors;               // nothing else counts when there is one
};

// What exists already.
struct ImportBase {
    std::map<std::string, store::User> users;   // by name
    std::map<std::string, std::uint32_t> groups;  // that exist, by name
    std::uint32_t next_user = 0;                // number of the first new one
    bool has_directory = false;
};

// New groups get their numbers from `number_of_group`.
Result<ImportPlan> plan_import(const ImportTable& table, const ImportBase& base,
                               const std::function<Result<std::uint32_t>(const std::string&)>& number_of_group);

}  // namespace sudare::broker
