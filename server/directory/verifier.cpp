// SPDX-License-Identifier: Apache-2.0
#include "server/directory/verifier.h"

#include <algorithm>

#include "server/base/log.h"
#include "server/directory/names.h"

namespace sudare::directory {
namespace {

// For somebody who is not there, so that this takes as long. What comes of it is not looked at.
constexpr char kNobodysPassword[] = "nobody's password";

}  // namespace

Result<Verifier> Verifier::create(const Settings& settings, const ipc::DirectoryGroups& groups) {
    std::vector<std::string> canonical;
    for (const std::string& group : groups) {
        auto name = canonical_dn(group);
        if (!name)
            return fail(Errc::kBadInput, "directory.groups of the broker: \"" + printable(group) +
                                             "\" is no distinguished name; write one as cn=welfare,ou=groups,dc=city,dc=example");
        canonical.push_back(std::move(*name));
    }
    return Verifier(settings, std::move(canonical));
}

Verifier::Verdict Verifier::check(Watchdog& dog, const std::string& user, const std::string& password) const {
    // Before anything is asked: a bind with no password succeeds (RFC 4513 section 5.1.2).
    if (user.empty() || password.empty())
        return {Answer::kWrong, 0};
    auto connection = Connection::open(*settings_, dog);
    if (!connection)
        return {connection.error(), 0};
    return settings_->bind_dn.empty() ? by_template(*connection, user, password)
                                      : by_search(*connection, user, password);
}

Asked<Entry> Verifier::find(Connection& connection, const std::string& user) const {
    const auto filter = person_filter(settings_->filter, user);
    if (!filter)
        return tl::unexpected(Answer::kUnknown);
    auto found = connection.search(settings_->base, *filter);
    if (!found)
        return tl::unexpected(found.error());
    if (found->size() != 1 || found->front().dn.empty())
        return tl::unexpected(found->size() > 1 ? Answer::kAmbiguous : Answer::kUnknown);
    return std::move(found->front());
}

Verifier::Verdict Verifier::by_search(Connection& connection, const std::string& user, const std::string& password) const {
    const Answer own = connection.bind(settings_->bind_dn, settings_->bind_password);
    if (own != Answer::kRight) {
        log_error("the directory refuses search.bind_dn: {}", ipc::name_of(own));
        return {ipc::is_outage(own) ? own : Answer::kOwnAccount, 0};
    }
    const auto person = find(connection, user);
    if (!person) {
        if (!ipc::is_outage(person.error()))
            (void)connection.bind(settings_->base, kNobodysPassword);
        return {person.error(), 0};
    }
    const Answer answer = connection.bind(person->dn, password);
    return {answer, answer == Answer::kRight ? bits_of(*person) : 0};
}

Verifier::Verdict Verifier::by_template(Connection& connection, const std::string& user, const std::string& password) const {
    const auto dn = person_dn(settings_->person_dn, user);
    if (!dn)
        return {Answer::kUnknown, 0};
    const Answer answer = connection.bind(*dn, password);
    if (answer != Answer::kRight || groups_.empty())
        return {answer, 0};
    const auto entries = connection.read(*dn);
    if (!entries || entries->size() != 1) {
        log_warn("a person whose password is right cannot read the own entry: the groups are not known");
        return {entries ? Answer::kFault : entries.error(), 0};
    }
    return {Answer::kRight, bits_of(entries->front())};
}

std::uint64_t Verifier::bits_of(const Entry& entry) const {
    std::uint64_t bits = 0;
    for (const std::string& value : entry.groups) {
        const auto name = canonical_dn(value);
        for (std::size_t i = 0; name && i < groups_.size(); ++i)
            if (groups_[i] == *name)
                bits |= std::uint64_t{1} << i;
    }
    return bits;
}

}  // namespace sudare::directory
