// SPDX-License-Identifier: Apache-2.0
#include "protocol/ipc/broker_directory.h"

#include <string.h>

#include <array>

#include "protocol/core/reader.h"
#include "protocol/core/writer.h"
#include "protocol/ipc/text.h"

namespace sudare::ipc {
namespace {

constexpr std::array<std::string_view, 13> kNames{
    "right",             "wrong_password",        "directory_unknown",     "directory_ambiguous",
    "directory_locked",  "directory_expired",     "directory_must_change", "directory_disabled",
    "directory_unreachable", "directory_slow",    "directory_referral",    "directory_own_account",
    "directory_fault"};

tl::unexpected<Error> bad(const char* what) {
    return fail(Errc::kBadInput, std::string("broker and directory: ") + what + " is malformed");
}

}  // namespace

void wipe(DirectoryCheck& check) {
    ::explicit_bzero(check.password.data(), check.password.size());
    check.password.clear();
}

std::string_view name_of(DirectoryAnswer answer) {
    return kNames.at(static_cast<std::size_t>(answer));
}

std::vector<std::uint8_t> write_directory_groups(const DirectoryGroups& groups) {
    Writer out(kDirectoryGroupsBytesMax);
    out.u8(static_cast<std::uint8_t>(groups.size()));
    for (const std::string& group : groups)
        write_text(out, group);
    return std::move(out).take();
}

Result<DirectoryGroups> read_directory_groups(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    const std::size_t count = in.u8();
    DirectoryGroups groups;
    for (std::size_t i = 0; i < count && count <= kDirectoryGroupsMax; ++i) {
        auto group = read_text(in, kDirectoryNameBytesMax);
        if (!group || group->empty())
            return bad("Groups");
        groups.push_back(std::move(*group));
    }
    if (count > kDirectoryGroupsMax || !in.at_end())
        return bad("Groups");
    return groups;
}

// Reserved at once: a buffer that grows leaves copies of the password behind.
std::vector<std::uint8_t> write_directory_check(const DirectoryCheck& check) {
    std::vector<std::uint8_t> out;
    out.reserve(kDirectoryCheckBytesMax);
    const auto byte = [&](std::uint32_t value) { out.push_back(static_cast<std::uint8_t>(value)); };
    for (const unsigned shift : {24U, 16U, 8U, 0U})
        byte(check.number >> shift);
    for (const std::string* text : {&check.user, &check.password}) {
        const auto size = static_cast<std::uint32_t>(text->size());
        byte(size >> 8U);
        byte(size);
        out.insert(out.end(), text->begin(), text->end());
    }
    return out;
}

Result<DirectoryCheck> read_directory_check(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    const std::uint32_t number = in.u32();
    auto user = read_text(in, limits::kUserNameBytesMax);
    auto password = read_text(in, limits::kPasswordBytesMax);
    if (!in.at_end() || !user || user->empty() || !password || password->empty())
        return bad("Check");
    return DirectoryCheck{number, std::move(*user), std::move(*password)};
}

std::vector<std::uint8_t> write_directory_verdict(const DirectoryVerdict& verdict) {
    Writer out(kDirectoryUpRows[0].range.max);
    out.u32(verdict.number);
    out.u8(static_cast<std::uint8_t>(verdict.answer));
    out.u64(verdict.groups);
    return std::move(out).take();
}

Result<DirectoryVerdict> read_directory_verdict(std::span<const std::uint8_t> payload) {
    Reader in(payload);
    const std::uint32_t number = in.u32();
    const std::uint8_t answer = in.u8();
    const std::uint64_t groups = in.u64();
    const bool right = answer == static_cast<std::uint8_t>(DirectoryAnswer::kRight);
    if (!in.at_end() || answer >= kNames.size() || (!right && groups != 0))
        return bad("Verdict");
    return DirectoryVerdict{number, static_cast<DirectoryAnswer>(answer), groups};
}

}  // namespace sudare::ipc
