// SPDX-License-Identifier: Apache-2.0
#include "server/broker/import_plan.h"

#include <algorithm>
#include <functional>
#include <set>

#include "server/base/log.h"
#include "server/broker/auth/directory_mark.h"
#include "server/broker/change/plan.h"

namespace sudare::broker {

using store::LayerId;
using store::PolicyChange;
using Kind = LayerId::Kind;

namespace {

constexpr std::size_t kErrorsMax = 100;
constexpr std::string_view kNothing = "-";

// What a column is: one of these, or a field of the policy.
enum class Column { kUser, kGroups, kState, kDirectory, kField, kUnknown };

Column column_of(const std::string& name) {
    if (name == "user" || name == "利用者")
        return Column::kUser;
    if (name == "groups" || name == "グループ")
        return Column::kGroups;
    if (name == "state" || name == "状態")
        return Column::kState;
    if (name == "directory" || name == "ディレクトリ")
        return Column::kDirectory;
    return policy::row_of(name) != nullptr ? Column::kField : Column::kUnknown;
}

std::vector<std::string> split_groups(const std::string& cell) {
    std::vector<std::string> out;
    std::string_view rest = cell;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(';'), rest.size());
        std::string_view one = rest.substr(0, end);
        while (one.starts_with(' '))
            one.remove_prefix(1);
        while (one.ends_with(' '))
            one.remove_suffix(1);
        if (!one.empty() && std::ranges::find(out, one) == out.end())
            out.emplace_back(one);
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return out;
}

class Planner {
public:
    Planner(const ImportTable& table, const ImportBase& base,
            const std::function<Result<std::uint32_t>(const std::string&)>& number_of_group)
        : table_(table), base_(base), groups_(base.groups), number_of_group_(number_of_group) {}

    Result<ImportPlan> run() {
        check_columns();
        if (plan_.errors.empty())
            for (row_ = 1; row_ <= table_.rows.size() && plan_.errors.size() < kErrorsMax; ++row_)
                SUDARE_CHECK(take_row(table_.rows[row_ - 1]));
        if (table_.disable_others)
            for (const auto& [name, user] : base_.users)
                if (!seen_.contains(name) && !user.disabled)
                    plan_.states.emplace_back(user.id, true);
        return std::move(plan_);
    }

private:
    void complain(const std::string& column, CtlFailure failure) {
        plan_.errors.push_back({row_, column, std::move(failure)});
    }

    void check_columns() {
        std::set<std::string> seen;
        for (const std::string& name : table_.columns) {
            const Column column = column_of(name);
            if (column == Column::kUnknown)
                complain(name, {Errc::kBadInput,
                                "column \"" + printable(name) +
                                    "\" is none of user, groups, state, directory and the fields of: sudarectl policy show",
                                "列「" + printable(name) +
                                    "」: 利用者、グループ、状態、ディレクトリ、または sudarectl policy show の項目名で指定してください"});
            else if (!seen.insert(column == Column::kField ? name : std::to_string(static_cast<int>(column))).second)
                complain(name, {Errc::kBadInput, "column \"" + name + "\" stands there twice",
                                "列「" + name + "」が重複しています"});
        }
        if (std::ranges::none_of(table_.columns,
                                 [](const std::string& name) { return column_of(name) == Column::kUser; }))
            complain("", {Errc::kBadInput, "there is no column \"user\"", "「利用者」の列がありません"});
    }

    // The person of this row; 0 when there is something wrong with the name.
    std::uint32_t person_of(const std::string& name, const std::string& column) {
        if (!is_account_name(name))
            complain(column, bad_name("name", "名前", name));
        else if (!seen_.insert(name).second)
            complain(column, {Errc::kBadInput, "user \"" + name + "\" stands in an earlier row too",
                              "利用者「" + name + "」は前の行にもあります"});
        else if (const auto known = base_.users.find(name); known != base_.users.end())
            return known->second.id;
        else {
            plan_.new_users.push_back(name);
            return base_.next_user + static_cast<std::uint32_t>(plan_.new_users.size()) - 1;
        }
        return 0;
    }

    Result<void> take_row(const std::vector<std::string>& cells) {
        std::uint32_t user = 0;
        std::string name;
        for (std::size_t i = 0; i < cells.size(); ++i)
            if (column_of(table_.columns[i]) == Column::kUser) {
                name = cells[i];
                user = person_of(name, table_.columns[i]);
            }
        if (user == 0)
            return {};
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const std::string& column = table_.columns[i];
            if (cells[i].empty())
                continue;
            if (column_of(column) == Column::kGroups)
                SUDARE_CHECK(take_groups(user, column, cells[i]));
            if (column_of(column) == Column::kState)
                take_state(user, name, column, cells[i]);
            if (column_of(column) == Column::kDirectory)
                take_directory(name, column, cells[i]);
            if (column_of(column) == Column::kField)
                take_field(user, column, cells[i]);
        }
        return {};
    }

    void take_state(std::uint32_t user, const std::string& name, const std::string& column, const std::string& cell) {
        const bool active = cell == "active" || cell == "有効";
        if (!active && cell != "disabled" && cell != "停止")
            return complain(column, {Errc::kBadInput,
                                     "state \"" + printable(cell) + "\" must be active or disabled",
                                     "状態「" + printable(cell) + "」: 有効 または 停止 で指定してください"});
        const auto known = base_.users.find(name);
        const bool disabled_now = known != base_.users.end() && known->second.disabled;
        if (disabled_now == active)
            plan_.states.emplace_back(user, !active);
    }

    void take_directory(const std::string& name, const std::string& column, const std::string& cell) {
        const bool yes = cell == "yes" || cell == "はい";
        if (!yes && cell != "no" && cell != "いいえ")
            return complain(column, {Errc::kBadInput, "directory \"" + printable(cell) + "\" must be yes or no",
                                     "ディレクトリ「" + printable(cell) + "」: はい または いいえ で指定してください"});
        if (yes && !base_.has_directory)
            return complain(column, {Errc::kState, "there is no directory; set [directory] in broker.toml",
                                     "ディレクトリが設定されていません。broker.toml の [directory] を設定してください"});
        const auto known = base_.users.find(name);
        if (known == base_.users.end()) {
            if (yes)
                plan_.in_directory.insert(name);
        } else if (auth::in_directory(known->second.password) != yes)
            complain(column, {Errc::kState,
                              "user \"" + name + "\" exists, with the password elsewhere; move it with: sudarectl user passwd " +
                                  name + (yes ? " --directory" : " --local"),
                              "利用者「" + name + "」のパスワードの場所が異なります。変更: sudarectl user passwd " + name +
                                  (yes ? " --directory" : " --local")});
    }

    void take_field(std::uint32_t user, const std::string& column, const std::string& cell) {
        const auto value = parse_field(column, cell == kNothing ? std::nullopt : std::optional(cell));
        if (!value)
            return complain(column, value.error());
        plan_.changes.push_back({{Kind::kUser, user}, column, value->text});
    }

    Result<void> take_groups(std::uint32_t user, const std::string& column, const std::string& cell) {
        std::vector<std::uint32_t> numbers;
        for (const std::string& name : cell == kNothing ? std::vector<std::string>() : split_groups(cell)) {
            const auto known = groups_.find(name);
            if (known != groups_.end()) {
                numbers.push_back(known->second);
                continue;
            }
            if (!table_.add_groups || !is_account_name(name) || groups_.size() >= kGroupsMax) {
                complain(column, {Errc::kNotFound,
                                  "group \"" + printable(name) +
                                      "\" does not exist; add it, or give --add-groups (at most 1,000)",
                                  "グループ「" + printable(name) +
                                      "」はありません。追加するか --add-groups を指定してください (1,000 個まで)"});
                continue;
            }
            SUDARE_TRY(const std::uint32_t number, number_of_group_(name));
            groups_[name] = number;
            plan_.changes.push_back({{Kind::kGroup, number}, std::string(store::kPlaceField),
                                     std::to_string(kNewGroupPlace)});
            numbers.push_back(number);
        }
        if (numbers.size() > kGroupsOfUserMax)
            complain(column, {Errc::kLimit, "a user is in up to 16 groups", "属せるグループは 16 個までです"});
        plan_.changes.push_back({{Kind::kUser, user}, std::string(store::kGroupsField),
                                 numbers.empty() ? std::nullopt : std::optional(list_of(numbers))});
        return {};
    }

    const ImportTable& table_;
    const ImportBase& base_;
    std::map<std::string, std::uint32_t> groups_;
    const std::function<Result<std::uint32_t>(const std::string&)>& number_of_group_;
    ImportPlan plan_;
    std::set<std::string> seen_;
    std::size_t row_ = 0;
};

}  // namespace

Result<ImportPlan> plan_import(const ImportTable& table, const ImportBase& base,
                               const std::function<Result<std::uint32_t>(const std::string&)>& number_of_group) {
    return Planner(table, base, number_of_group).run();
}

}  // namespace sudare::broker
